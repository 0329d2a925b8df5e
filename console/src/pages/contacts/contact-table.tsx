// biome-ignore-all lint/a11y/useSemanticElements: rows are placed one by one, which a table element does not allow.
// biome-ignore-all lint/a11y/useFocusableInteractive: a row of a table that only shows takes no focus.
import { useVirtualizer } from '@tanstack/react-virtual';
import { memo, useEffect, useRef } from 'react';
import { Link } from 'wouter';
import { Moment } from '../../format/moment.tsx';
import type { ContactRowFragment } from '../../gateway/generated.ts';
import { StatusBadge, SyncStateBadge } from './contact-badges.tsx';
import { contactPath, contactTitle, fullName } from './contact-name.ts';

const ROW_PX = 48;
/** Rows above and below those that are seen. */
const OVERSCAN = 8;
/** So many rows before the end of what is loaded, more is asked for. */
const AHEAD = 40;

/** Of any number of contacts only the rows that are seen stand in the page. */
export function ContactTable({
  contacts,
  totalCount,
  hasMore,
  onNearEnd,
}: {
  contacts: readonly ContactRowFragment[];
  totalCount: number | undefined;
  hasMore: boolean;
  onNearEnd: () => void;
}) {
  const scroller = useRef<HTMLDivElement>(null);
  const virtualizer = useVirtualizer({
    count: contacts.length + (hasMore ? 1 : 0),
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    overscan: OVERSCAN,
  });
  const rows = virtualizer.getVirtualItems();
  const last = rows.at(-1)?.index ?? 0;
  useEffect(() => {
    if (hasMore && last >= contacts.length - AHEAD) onNearEnd();
  }, [hasMore, last, contacts.length, onNearEnd]);

  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by the keyboard.
    <div ref={scroller} className="contact-scroller" role="region" aria-label="Contacts, scrolling" tabIndex={0}>
      <div role="table" aria-label="Contacts" aria-rowcount={totalCount === undefined ? -1 : totalCount + 1}>
        <div role="rowgroup" className="contact-head">
          <div role="row" className="contact-row" aria-rowindex={1}>
            {['Email address', 'Name', 'Status', 'Sync state', 'Changed'].map((title) => (
              <span key={title} role="columnheader">
                {title}
              </span>
            ))}
          </div>
        </div>
        <div role="rowgroup" className="contact-body" style={{ height: virtualizer.getTotalSize() }}>
          {rows.map(({ index, start }) => {
            const contact = contacts[index];
            return contact === undefined ? (
              <div key="more" className="contact-more muted" role="row" style={{ transform: `translateY(${start}px)` }}>
                <span role="cell">Loading more…</span>
              </div>
            ) : (
              <ContactRow key={contact.id} contact={contact} index={index} start={start} />
            );
          })}
        </div>
      </div>
    </div>
  );
}

const ContactRow = memo(function ContactRow({
  contact,
  index,
  start,
}: {
  contact: ContactRowFragment;
  index: number;
  start: number;
}) {
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      className="contact-row placed"
      style={{ transform: `translateY(${start}px)` }}
    >
      <span role="cell" className="truncate">
        <Link href={contactPath(contact.id)}>{contactTitle(contact)}</Link>
      </span>
      <span role="cell" className="truncate" dir="auto">
        {fullName(contact)}
      </span>
      <span role="cell">
        <StatusBadge status={contact.status} />
      </span>
      <span role="cell">
        <SyncStateBadge state={contact.syncState} />
      </span>
      <span role="cell" className="truncate muted">
        {contact.updatedAt === null ? '–' : <Moment at={contact.updatedAt} />}
      </span>
    </div>
  );
});
