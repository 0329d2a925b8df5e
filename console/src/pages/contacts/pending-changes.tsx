import { useState } from 'react';
import { useMutation } from 'urql';
import { Button } from '../../design/button.tsx';
import { Card } from '../../design/card.tsx';
import { Dialog } from '../../design/dialog.tsx';
import { ProblemNotice } from '../../design/notice.tsx';
import { ScrollRegion } from '../../design/scroll-region.tsx';
import { Value } from '../../design/value.tsx';
import { Ago } from '../../format/moment.tsx';
import { fieldWords } from '../../format/words.ts';
import { type ContactPageFragment, DiscardLocalChangesDocument } from '../../gateway/generated.ts';
import { type Problem, problemOf } from '../../gateway/problem.ts';
import { useListNames } from '../../gateway/use-list-names.ts';

/** What was changed here and waits for the next push. */
export function PendingChanges({ contact }: { contact: ContactPageFragment }) {
  const lists = useListNames();
  const [{ fetching }, discard] = useMutation(DiscardLocalChangesDocument);
  const [asked, setAsked] = useState<string | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);

  const nameOf = (field: string) => {
    const list = lists.find(({ listId }) => field === `list:${listId}`);
    return list === undefined ? fieldWords(field) : `On the list ${list.name}`;
  };
  const drop = async (field: string) => {
    const { data, error } = await discard({
      input: { contact: { id: contact.id }, fields: [field], ifRevision: contact.revision },
    });
    setAsked(null);
    setProblem(problemOf(error, data?.discardLocalChanges));
  };

  return (
    <Card title="Waiting for the next push" isFlush>
      <ProblemNotice problem={problem} />
      <ScrollRegion label="Pending changes">
        <table className="table plain">
          <thead>
            <tr>
              <th scope="col">Field</th>
              <th scope="col">There</th>
              <th scope="col">Here</th>
              <th scope="col">Changed</th>
              <th scope="col">
                <span className="visually-hidden">Actions</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {contact.pendingChanges.map(({ field, base, value, changedAt, changedBy }) => (
              <tr key={field}>
                <td>{nameOf(field)}</td>
                <td data-title="There">
                  <Value value={base} />
                </td>
                <td data-title="Here">
                  <Value value={value} />
                </td>
                <td data-title="Changed" className="muted">
                  <Ago at={changedAt} />, {changedBy}
                </td>
                <td className="number">
                  <Button kind="quiet" label={`Discard: ${nameOf(field)}`} onPress={() => setAsked(field)}>
                    Discard
                  </Button>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollRegion>
      <Dialog
        title="Discard this change?"
        isOpen={asked !== null}
        onClose={() => setAsked(null)}
        actions={
          <Button
            kind="danger"
            isBusy={fetching}
            onPress={() => {
              if (asked !== null) void drop(asked);
            }}
          >
            Discard it
          </Button>
        }
      >
        <p>{asked === null ? '' : nameOf(asked)}: the value of Constant Contact stays, and nothing is sent.</p>
      </Dialog>
    </Card>
  );
}
