import { useQuery } from 'urql';
import { Card } from '../../design/card.tsx';
import { Empty, LoadError, Loading } from '../../design/notice.tsx';
import { counted, formatCount } from '../../format/numbers.ts';
import { ListSizesDocument } from '../../gateway/generated.ts';
import { Bars } from './bars.tsx';

const SHOWN = 8;

/** The largest lists, with their members here; where Constant Contact counts otherwise, its number beside. */
export function ListsCard() {
  const [{ data, error }, retry] = useQuery({ query: ListSizesDocument });
  const lists = [...(data?.contactLists.nodes ?? [])].sort((a, b) => b.storedMemberCount - a.storedMemberCount);
  return (
    <Card
      title="Largest lists"
      actions={
        data === undefined ? undefined : (
          <span className="muted small">
            {data.contactLists.pageInfo.hasNextPage ? 'more than ' : ''}
            {counted(lists.length, 'list')}
          </span>
        )
      }
    >
      {data === undefined ? (
        error === undefined ? (
          <Loading />
        ) : (
          <LoadError error={error} onRetry={() => retry({ requestPolicy: 'network-only' })} />
        )
      ) : lists.length === 0 ? (
        <Empty title="No lists yet" />
      ) : (
        <Bars
          of="largest"
          bars={lists.slice(0, SHOWN).map(({ id, name, storedMemberCount, membershipCount }) => ({
            key: id,
            label: name,
            value: storedMemberCount,
            href: `/contacts?list=${encodeURIComponent(id)}`,
            color: 2,
            note:
              membershipCount === null || membershipCount === storedMemberCount
                ? ''
                : `(${formatCount(membershipCount)} there)`,
          }))}
        />
      )}
    </Card>
  );
}
