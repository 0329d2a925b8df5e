import { Link } from 'wouter';
import { Badge, type Tone } from '../../design/badge.tsx';
import { More } from '../../design/more.tsx';
import { Empty, LoadError, Loading } from '../../design/notice.tsx';
import { Select } from '../../design/select.tsx';
import { useChoice } from '../../design/use-address.ts';
import { Value } from '../../design/value.tsx';
import { fieldWords } from '../../format/words.ts';
import { type ContactDiffKind, ContactDiffsDocument, type ContactDiffsQuery } from '../../gateway/generated.ts';
import { usePages } from '../../gateway/use-pages.ts';
import { contactPath, contactTitle } from '../contacts/contact-name.ts';

const PAGE_SIZE = 50;
const KINDS = [
  'ALL',
  'CHANGED_IN_SECONDARY',
  'ONLY_IN_SECONDARY',
  'CONFLICT',
  'DELETED_IN_PRIMARY',
] as const satisfies (ContactDiffKind | 'ALL')[];
const TITLES: Readonly<Record<ContactDiffKind, string>> = {
  CHANGED_IN_PRIMARY: 'Changed there',
  CHANGED_IN_SECONDARY: 'Changed here',
  CONFLICT: 'Conflict',
  DELETED_IN_PRIMARY: 'Deleted there',
  IN_SYNC: 'In step',
  ONLY_IN_PRIMARY: 'Only there',
  ONLY_IN_SECONDARY: 'Only here',
};
const TONES: Partial<Record<ContactDiffKind, Tone>> = { CONFLICT: 'warn', DELETED_IN_PRIMARY: 'bad' };

type Diff = ContactDiffsQuery['contactDiffs']['nodes'][number];

/** Every contact on which the stores differ, with each field and whose value would stay. */
export function ContactDiffs() {
  const [kind, setKind] = useChoice('kind', KINDS, 'ALL');
  const diffs = usePages({
    query: ContactDiffsDocument,
    variables: { first: PAGE_SIZE, filter: kind === 'ALL' ? null : { kinds: [kind] } },
    select: (data) => data.contactDiffs,
  });
  return (
    <section className="card" aria-label="Contacts that differ">
      <div className="filters top">
        <Select
          label="Difference"
          value={kind}
          options={KINDS.map((value) => ({ value, label: value === 'ALL' ? 'All' : TITLES[value] }))}
          onChange={setKind}
        />
      </div>
      {diffs.error === undefined ? null : <LoadError error={diffs.error} onRetry={diffs.reload} />}
      {diffs.items === undefined ? (
        diffs.error === undefined ? (
          <Loading lines={8} />
        ) : null
      ) : diffs.items.length === 0 ? (
        <Empty title={kind === 'ALL' ? 'Nothing differs' : 'No contact differs like this'}>
          <p>
            {kind === 'ALL' ? 'Both stores say the same, as far as the last pull saw.' : 'Choose another difference.'}
          </p>
        </Empty>
      ) : (
        <ul>
          {diffs.items.map((diff) => (
            <ContactDiff key={diff.contact.id} diff={diff} />
          ))}
        </ul>
      )}
      {diffs.hasMore ? <More isBusy={diffs.isLoading} onMore={diffs.loadMore} /> : null}
    </section>
  );
}

function ContactDiff({ diff }: { diff: Diff }) {
  const { contact, kind, fields, listsOnlyInPrimary, listsOnlyInSecondary, blocked } = diff;
  return (
    <li className="diff">
      <div className="row spread">
        <Link href={contactPath(contact.id)} className="truncate">
          {contactTitle(contact)}
        </Link>
        <Badge tone={TONES[kind] ?? 'info'}>{TITLES[kind]}</Badge>
      </div>
      <ul className="diff-fields small">
        {fields.map(({ field, primary, secondary, winner, reason }) => (
          <li key={field}>
            <span className="muted">{fieldWords(field)}</span>
            <span className="diff-values">
              <span className={winner === 'PRIMARY' ? 'winner' : undefined}>
                <span className="muted">there </span>
                <Value value={primary} />
              </span>
              <span className={winner === 'SECONDARY' ? 'winner' : undefined}>
                <span className="muted">here </span>
                <Value value={secondary} />
              </span>
            </span>
            <span className="muted">{reason}</span>
          </li>
        ))}
        {listsOnlyInSecondary.map(({ id, name }) => (
          <li key={`add${id}`}>
            <span className="muted">Added to</span>
            <bdi>{name}</bdi>
          </li>
        ))}
        {listsOnlyInPrimary.map(({ id, name }) => (
          <li key={`remove${id}`}>
            <span className="muted">Taken off</span>
            <bdi>{name}</bdi>
          </li>
        ))}
        {blocked.map(({ list, reason, message }) => (
          <li key={`blocked${list?.id ?? ''}${reason}`}>
            <span className="muted">Not sent</span>
            <bdi>{list?.name ?? ''}</bdi>
            <span className="muted">{message}</span>
          </li>
        ))}
      </ul>
    </li>
  );
}
