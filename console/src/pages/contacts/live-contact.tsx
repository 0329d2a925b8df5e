import { useState } from 'react';
import { useQuery } from 'urql';
import { Badge } from '../../design/badge.tsx';
import { Button } from '../../design/button.tsx';
import { Card } from '../../design/card.tsx';
import { LoadError, Loading, Notice } from '../../design/notice.tsx';
import { ScrollRegion } from '../../design/scroll-region.tsx';
import { Value } from '../../design/value.tsx';
import { ContactLiveDocument, type ContactPageFragment } from '../../gateway/generated.ts';
import { ConsentFacts } from './consent-facts.tsx';

const FIELDS = [
  { key: 'email', label: 'Email address' },
  { key: 'firstName', label: 'First name' },
  { key: 'lastName', label: 'Last name' },
  { key: 'companyName', label: 'Company' },
  { key: 'jobTitle', label: 'Job title' },
] as const;

/** What Constant Contact says at this moment, beside what is stored: read when asked for, because it costs a request. */
export function LiveContact({ contact }: { contact: ContactPageFragment }) {
  const [isWanted, setWanted] = useState(false);
  const [{ data, error, fetching }, read] = useQuery({
    query: ContactLiveDocument,
    variables: { id: contact.id },
    requestPolicy: 'network-only',
    pause: !isWanted,
  });
  const live = data?.contact?.live;
  const ask = () => (isWanted ? read({ requestPolicy: 'network-only' }) : setWanted(true));
  return (
    <Card
      title="Constant Contact now"
      actions={
        <Button isBusy={fetching} onPress={ask}>
          Read it now
        </Button>
      }
    >
      {error !== undefined ? (
        <LoadError error={error} onRetry={ask} />
      ) : !isWanted ? (
        <p className="muted">Costs one request of the day's budget.</p>
      ) : live === undefined || fetching ? (
        <Loading />
      ) : live === null ? (
        <Notice tone="warn">Constant Contact has no such contact any more.</Notice>
      ) : (
        <div className="stack">
          <ScrollRegion label="Field by field">
            <table className="table plain">
              <thead>
                <tr>
                  <th scope="col">Field</th>
                  <th scope="col">There, now</th>
                  <th scope="col">Here</th>
                </tr>
              </thead>
              <tbody>
                {FIELDS.map(({ key, label }) => (
                  <tr key={key}>
                    <td>{label}</td>
                    <td data-title="There, now">
                      <Value value={live[key]} />
                    </td>
                    <td data-title="Here">
                      <Value value={contact[key]} />{' '}
                      {live[key] === contact[key] ? null : <Badge tone="warn">differs</Badge>}
                    </td>
                  </tr>
                ))}
                <tr>
                  <td>Lists</td>
                  <td data-title="There, now">{live.lists.map(({ name }) => name).join(', ') || 'none'}</td>
                  <td data-title="Here">{contact.lists.map(({ name }) => name).join(', ') || 'none'}</td>
                </tr>
              </tbody>
            </table>
          </ScrollRegion>
          <ConsentFacts consent={live.consent} />
        </div>
      )}
    </Card>
  );
}
