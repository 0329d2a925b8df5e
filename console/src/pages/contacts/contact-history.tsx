import { useState } from 'react';
import { Card } from '../../design/card.tsx';
import { Checkbox } from '../../design/checkbox.tsx';
import { More } from '../../design/more.tsx';
import { Empty, LoadError, Loading } from '../../design/notice.tsx';
import { Value } from '../../design/value.tsx';
import { Moment } from '../../format/moment.tsx';
import { fieldWords, words } from '../../format/words.ts';
import { ContactHistoryDocument, type ContactHistoryQuery, type HistoryKind } from '../../gateway/generated.ts';
import { useListNames } from '../../gateway/use-list-names.ts';
import { usePages } from '../../gateway/use-pages.ts';

type Entry = NonNullable<ContactHistoryQuery['contact']>['history']['nodes'][number];

const CONSENT_KINDS: ReadonlySet<HistoryKind> = new Set(['CONSENT', 'STATUS', 'RACE_REPAIRED', 'ERASED', 'CREATED']);
const EMPTY_PAGE = { nodes: [], pageInfo: { hasNextPage: false, endCursor: null } };
const SOURCES = { ENGINE: 'the gateway', LOCAL: 'here', PRIMARY: 'Constant Contact' } as const;

const touchesConsent = ({ changes }: Entry) => changes.some(({ kind }) => CONSENT_KINDS.has(kind));

/** Who could be written to when, and everything else that changed: newest first. */
export function ContactHistory({ id }: { id: string }) {
  const [isAll, setAll] = useState(false);
  const history = usePages({
    query: ContactHistoryDocument,
    variables: { id },
    select: (data) => data.contact?.history ?? EMPTY_PAGE,
  });
  const shown = isAll ? history.items : history.items?.filter(touchesConsent);
  return (
    <Card
      title={isAll ? 'History' : 'Consent timeline'}
      actions={
        <Checkbox isSelected={isAll} onChange={setAll}>
          Show every change
        </Checkbox>
      }
    >
      {history.error === undefined ? null : <LoadError error={history.error} onRetry={history.reload} />}
      {shown === undefined ? (
        history.error === undefined ? (
          <Loading />
        ) : null
      ) : shown.length === 0 ? (
        <Empty title="No change is recorded" />
      ) : (
        <ol className="timeline">
          {shown.map((entry) => (
            <TimelineEntry key={`${entry.revision}${entry.at}`} entry={entry} isAll={isAll} />
          ))}
        </ol>
      )}
      {history.hasMore ? <More isBusy={history.isLoading} onMore={history.loadMore} /> : null}
    </Card>
  );
}

function TimelineEntry({ entry, isAll }: { entry: Entry; isAll: boolean }) {
  const lists = useListNames();
  const changes = isAll ? entry.changes : entry.changes.filter(({ kind }) => CONSENT_KINDS.has(kind));
  const subjectOf = ({ kind, subject }: Entry['changes'][number]) =>
    lists.find(({ listId }) => listId === subject || `list:${listId}` === subject)?.name ??
    (kind === 'FIELD' || kind === 'CONFLICT' || kind === 'CONSENT' ? fieldWords(subject) : subject);
  return (
    <li className={touchesConsent(entry) ? 'consent' : undefined}>
      <p className="muted small">
        <Moment at={entry.at} />, {SOURCES[entry.source]}, {entry.changedBy}
      </p>
      <ul>
        {changes.map((change) => (
          <li key={`${change.kind}${change.subject}`} className="change">
            <span className="muted">{words(change.kind)}</span>
            {change.kind === 'CREATED' ? null : (
              <>
                <span>{subjectOf(change)}:</span>
                <Value value={change.before} />
                <span aria-hidden="true">→</span>
                <span className="visually-hidden">became</span>
                <Value value={change.after} />
              </>
            )}
          </li>
        ))}
      </ul>
    </li>
  );
}
