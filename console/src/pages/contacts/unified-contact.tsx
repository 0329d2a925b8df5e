import type { ReactNode } from 'react';
import { Badge } from '../../design/badge.tsx';
import { Card } from '../../design/card.tsx';
import { Value } from '../../design/value.tsx';
import { Moment } from '../../format/moment.tsx';
import type { ContactPageFragment } from '../../gateway/generated.ts';
import { ConsentFacts } from './consent-facts.tsx';

type Contact = ContactPageFragment;

function Fact({ label, isWide = false, children }: { label: string; isWide?: boolean; children: ReactNode }) {
  return (
    <div className={isWide ? 'wide' : undefined}>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function customValue({ value, choiceIds, field }: Contact['customFields'][number]): string {
  if (value !== null) return value;
  return choiceIds.map((id) => field?.choices.find(({ choiceId }) => choiceId === id)?.label ?? id).join(', ');
}

function Names({ names, none }: { names: readonly { id: string; name: string }[]; none: string }) {
  if (names.length === 0) return <span className="muted">{none}</span>;
  return (
    <span className="tags">
      {names.map(({ id, name }) => (
        <Badge key={id} tone="neutral">
          <bdi>{name}</bdi>
        </Badge>
      ))}
    </span>
  );
}

/** The contact as both stores together have it: what Constant Contact says, overlaid with what was changed here. */
export function UnifiedContact({ contact }: { contact: Contact }) {
  const { birthday, customFields, phoneNumbers, streetAddresses } = contact;
  return (
    <div className="columns">
      <Card title="Profile">
        <dl className="facts">
          <Fact label="First name">
            <Value value={contact.firstName} />
          </Fact>
          <Fact label="Last name">
            <Value value={contact.lastName} />
          </Fact>
          <Fact label="Company">
            <Value value={contact.companyName} />
          </Fact>
          <Fact label="Job title">
            <Value value={contact.jobTitle} />
          </Fact>
          {birthday === null ? null : (
            <Fact label="Birthday">
              {new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'long', timeZone: 'UTC' }).format(
                // A leap year, so that each day exists.
                new Date(Date.UTC(2024, birthday.month - 1, birthday.day)),
              )}
            </Fact>
          )}
          {contact.anniversary === null ? null : <Fact label="Anniversary">{contact.anniversary}</Fact>}
          {phoneNumbers.map(({ kind, number }) => (
            <Fact key={`${kind}${number}`} label={`Phone, ${kind}`}>
              {number}
            </Fact>
          ))}
          {streetAddresses.map(({ kind, ...address }) => (
            <Fact key={kind} label={`Address, ${kind}`}>
              <Value value={address} />
            </Fact>
          ))}
          {customFields.map((custom) => (
            <Fact key={custom.customFieldId} label={custom.field?.label ?? 'Custom field'}>
              {customValue(custom)}
            </Fact>
          ))}
          <Fact label="Lists" isWide>
            <Names names={contact.lists} none="On no list" />
          </Fact>
          <Fact label="Tags" isWide>
            <Names names={contact.tags} none="No tags" />
          </Fact>
        </dl>
      </Card>
      <Card title="Consent">
        <div className="stack">
          <ConsentFacts consent={contact.consent} />
          <dl className="facts">
            {contact.createdAt === null ? null : (
              <Fact label="Created">
                <Moment at={contact.createdAt} />
              </Fact>
            )}
            <Fact label="contact_id" isWide>
              {contact.contactId === null ? 'Only here, until the next push' : <code>{contact.contactId}</code>}
            </Fact>
          </dl>
        </div>
      </Card>
    </div>
  );
}
