import type { ContactsQuery } from 'contact-sync-gateway/client';
import { useCallback, useEffect, useState } from 'react';
import { gateway } from './gateway.ts';

type Contact = ContactsQuery['contacts']['nodes'][number];

const PAGE_SIZE = 25;

/** The contacts by their address, a page more for each press of the button. */
export function ContactTable() {
  const [contacts, setContacts] = useState<readonly Contact[]>([]);
  const [next, setNext] = useState<string | null>(null);
  const [problem, setProblem] = useState<string | null>(null);

  const load = useCallback(async (after: string | null, signal?: AbortSignal) => {
    try {
      const variables = { first: PAGE_SIZE, after, orderBy: { field: 'EMAIL' } } as const;
      const { nodes, pageInfo } = (await gateway.contacts(variables, undefined, signal)).contacts;
      setContacts((shown) => (after === null ? nodes : [...shown, ...nodes]));
      setNext(pageInfo.hasNextPage ? (pageInfo.endCursor ?? null) : null);
    } catch (error) {
      if (signal?.aborted !== true) setProblem(String(error));
    }
  }, []);

  useEffect(() => {
    const leaving = new AbortController();
    void load(null, leaving.signal);
    return () => leaving.abort();
  }, [load]);

  return (
    <section>
      {problem !== null && <p role="alert">{problem}</p>}
      <table>
        <thead>
          <tr>
            <th>Email</th>
            <th>Name</th>
            <th>Status</th>
          </tr>
        </thead>
        <tbody>
          {contacts.map(({ id, email, firstName, lastName, status }) => (
            <tr key={id}>
              <td>{email}</td>
              <td>{[firstName, lastName].filter(Boolean).join(' ')}</td>
              <td>{status}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {next !== null && (
        <button type="button" onClick={() => void load(next)}>
          More
        </button>
      )}
    </section>
  );
}
