import { Link } from 'wouter';
import { Card } from '../../design/card.tsx';
import { More } from '../../design/more.tsx';
import { LoadError, Loading } from '../../design/notice.tsx';
import { ScrollRegion } from '../../design/scroll-region.tsx';
import { formatCount } from '../../format/numbers.ts';
import { fieldWords, words } from '../../format/words.ts';
import { SkippedContactsDocument } from '../../gateway/generated.ts';
import { useListNames } from '../../gateway/use-list-names.ts';
import { usePages } from '../../gateway/use-pages.ts';
import { contactPath, contactTitle } from '../contacts/contact-name.ts';

/** Local work that a push leaves out, each piece with its reason. */
export function SkippedContacts({ scope, count }: { scope: { id: string }[] | null; count: number }) {
  const lists = useListNames();
  const skipped = usePages({
    query: SkippedContactsDocument,
    variables: { lists: scope },
    select: (data) => data.pushPlan.skipped,
  });
  const nameOf = (subject: string) =>
    lists.find(({ listId }) => subject === `list:${listId}`)?.name ?? fieldWords(subject);
  return (
    <Card title={`Left out, and why (${formatCount(count)})`} isFlush>
      {skipped.error === undefined ? null : <LoadError error={skipped.error} onRetry={skipped.reload} />}
      {skipped.items === undefined ? (
        skipped.error === undefined ? (
          <Loading />
        ) : null
      ) : (
        <ScrollRegion label="What a push leaves out">
          <table className="table plain">
            <thead>
              <tr>
                <th scope="col">Contact</th>
                <th scope="col">What</th>
                <th scope="col">Why</th>
              </tr>
            </thead>
            <tbody>
              {skipped.items.map(({ contact, subject, reason, message }) => (
                <tr key={`${contact?.id ?? ''}${subject}${reason}`}>
                  <td>
                    {contact === null ? (
                      <span className="muted">gone</span>
                    ) : (
                      <Link href={contactPath(contact.id)}>{contactTitle(contact)}</Link>
                    )}
                  </td>
                  <td data-title="What" className="wide">
                    <bdi>{nameOf(subject)}</bdi>
                  </td>
                  <td data-title="Why" className="wide">
                    {message} <span className="muted small">{words(reason)}</span>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </ScrollRegion>
      )}
      {skipped.hasMore ? <More isBusy={skipped.isLoading} onMore={skipped.loadMore} /> : null}
    </Card>
  );
}
