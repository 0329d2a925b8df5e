import { useQuery } from 'urql';
import { Link } from 'wouter';
import { Card } from '../../design/card.tsx';
import { Empty, LoadError, Loading, Notice } from '../../design/notice.tsx';
import { Page } from '../../design/page.tsx';
import { Ago } from '../../format/moment.tsx';
import { ContactDocument, type ContactPageFragment } from '../../gateway/generated.ts';
import { Conflicts } from './conflicts.tsx';
import { StatusBadge, SyncStateBadge } from './contact-badges.tsx';
import { ContactHistory } from './contact-history.tsx';
import { contactTitle } from './contact-name.ts';
import { LiveContact } from './live-contact.tsx';
import { PendingChanges } from './pending-changes.tsx';
import { UnifiedContact } from './unified-contact.tsx';
import '../../styles/contacts.css';

export function ContactPage({ id }: { id: string }) {
  const [{ data, error }, retry] = useQuery({ query: ContactDocument, variables: { id } });
  const contact = data?.contact;
  if (contact) return <OneContact contact={contact} />;
  return (
    <Page title="Contact">
      {error !== undefined ? (
        <LoadError error={error} onRetry={() => retry({ requestPolicy: 'network-only' })} />
      ) : (
        <div className="card">
          {contact === null ? (
            <Empty title="There is no such contact">
              <Link href="/contacts">All contacts</Link>
            </Empty>
          ) : (
            <Loading lines={10} />
          )}
        </div>
      )}
    </Page>
  );
}

function OneContact({ contact }: { contact: ContactPageFragment }) {
  return (
    <Page
      title={contactTitle(contact)}
      lead={
        <span className="row">
          <StatusBadge status={contact.status} />
          <SyncStateBadge state={contact.syncState} />
          {contact.updatedAt === null ? null : (
            <span>
              changed <Ago at={contact.updatedAt} />
            </span>
          )}
        </span>
      }
      actions={<Link href="/contacts">All contacts</Link>}
    >
      {contact.conflicts.length === 0 ? null : <Conflicts contact={contact} />}
      {contact.refusals.length === 0 ? null : (
        <Card title="Not sent to Constant Contact">
          <ul className="stack">
            {contact.refusals.map(({ subject, reason, message, refusedAt }) => (
              <li key={`${subject}${reason}`}>
                <Notice tone="warn">
                  {message} <code>{reason}</code>
                  <span className="muted small">
                    {' '}
                    <Ago at={refusedAt} />
                  </span>
                </Notice>
              </li>
            ))}
          </ul>
        </Card>
      )}
      {contact.pendingChanges.length === 0 ? null : <PendingChanges contact={contact} />}
      <UnifiedContact contact={contact} />
      {contact.contactId === null ? null : <LiveContact contact={contact} />}
      <ContactHistory id={contact.id} />
    </Page>
  );
}
