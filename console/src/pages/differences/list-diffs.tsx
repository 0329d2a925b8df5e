import type { ReactNode } from 'react';
import { useQuery } from 'urql';
import { Link } from 'wouter';
import { Card } from '../../design/card.tsx';
import { ListPicker } from '../../design/list-picker.tsx';
import { Empty, LoadError, Loading } from '../../design/notice.tsx';
import { useText } from '../../design/use-address.ts';
import { counted, formatCount } from '../../format/numbers.ts';
import { useGateway } from '../../gateway/gateway-context.ts';
import { type DiffContactFragment, ListDiffDocument } from '../../gateway/generated.ts';
import { useLists } from '../../gateway/use-list-names.ts';
import { contactPath, contactTitle } from '../contacts/contact-name.ts';

/** Who is on a list there and who is here, list by list. */
export function ListDiffs() {
  const { names: lists, isComplete, error } = useLists();
  const { listNames } = useGateway();
  const [chosen, setChosen] = useText('list');
  const listId = chosen === '' ? lists[0]?.listId : chosen;
  if (listId === undefined && error !== undefined) return <LoadError error={error} onRetry={listNames.reload} />;
  if (listId === undefined && !isComplete) {
    return (
      <div className="card">
        <Loading />
      </div>
    );
  }
  if (listId === undefined) {
    return (
      <div className="card">
        <Empty title="No lists yet">
          <p>They come with the first pull.</p>
        </Empty>
      </div>
    );
  }
  return (
    <>
      <div className="choice">
        <ListPicker
          label="List"
          value={listId}
          options={lists.map((list) => ({ value: list.listId, label: list.name }))}
          onChange={setChosen}
        />
      </div>
      <OneList key={listId} listId={listId} />
    </>
  );
}

function OneList({ listId }: { listId: string }) {
  const [{ data, error }, retry] = useQuery({ query: ListDiffDocument, variables: { listId } });
  if (error !== undefined) return <LoadError error={error} onRetry={() => retry({ requestPolicy: 'network-only' })} />;
  if (data === undefined) {
    return (
      <div className="card">
        <Loading />
      </div>
    );
  }
  const diff = data.listDiff;
  if (diff === null) {
    return (
      <div className="card">
        <Empty title="There is no such list any more">
          <p>
            It was deleted in Constant Contact, or the address of this page is of another gateway. Choose another one.
          </p>
        </Empty>
      </div>
    );
  }
  const { list, primaryCount, secondaryCount, onlyInPrimary, onlyInSecondary, blocked } = diff;
  return (
    <>
      <Card title={list.name}>
        <dl className="facts">
          <div>
            <dt>Members there, as last seen</dt>
            <dd className="figure">{formatCount(primaryCount)}</dd>
          </div>
          <div>
            <dt>Members here</dt>
            <dd className="figure">{formatCount(secondaryCount)}</dd>
          </div>
          {list.membershipCount === null ? null : (
            <div>
              <dt>By Constant Contact's own count</dt>
              <dd className="figure">{formatCount(list.membershipCount)}</dd>
            </div>
          )}
        </dl>
      </Card>
      <div className="columns">
        <Members
          title="To be put on the list"
          contacts={onlyInSecondary.nodes}
          hasMore={onlyInSecondary.pageInfo.hasNextPage}
        />
        <Members
          title="To be taken off the list"
          contacts={onlyInPrimary.nodes}
          hasMore={onlyInPrimary.pageInfo.hasNextPage}
        />
      </div>
      {blocked.nodes.length === 0 ? null : (
        <Card title="Wishes that are not sent">
          <ul className="stack">
            {blocked.nodes.map(({ contact, reason, message }) => (
              <li key={`${contact.id}${reason}`}>
                <ContactLink contact={contact} /> <span className="muted">{message}</span>
              </li>
            ))}
          </ul>
        </Card>
      )}
    </>
  );
}

function ContactLink({ contact }: { contact: DiffContactFragment }): ReactNode {
  return <Link href={contactPath(contact.id)}>{contactTitle(contact)}</Link>;
}

function Members({
  title,
  contacts,
  hasMore,
}: {
  title: string;
  contacts: readonly DiffContactFragment[];
  hasMore: boolean;
}) {
  return (
    <Card
      title={title}
      actions={
        <span className="muted small">
          {hasMore ? 'the first ' : ''}
          {counted(contacts.length, 'contact')}
        </span>
      }
    >
      {contacts.length === 0 ? (
        <p className="muted">Nobody.</p>
      ) : (
        <ul className="member-list">
          {contacts.map((contact) => (
            <li key={contact.id} className="truncate">
              <ContactLink contact={contact} />
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}
