import { useState } from 'react';
import { useMutation } from 'urql';
import { Button } from '../../design/button.tsx';
import { Card } from '../../design/card.tsx';
import { ProblemNotice } from '../../design/notice.tsx';
import { Value } from '../../design/value.tsx';
import { Ago } from '../../format/moment.tsx';
import { fieldWords } from '../../format/words.ts';
import { type ConflictResolution, type ContactPageFragment, ResolveConflictDocument } from '../../gateway/generated.ts';
import { type Problem, problemOf } from '../../gateway/problem.ts';

/** Each field that both sides changed, with all three values and a way to decide. */
export function Conflicts({ contact }: { contact: ContactPageFragment }) {
  const [{ fetching }, resolve] = useMutation(ResolveConflictDocument);
  const [problem, setProblem] = useState<Problem | null>(null);

  const decide = async (field: string, resolution: ConflictResolution) => {
    const { data, error } = await resolve({
      input: { contact: { id: contact.id }, field, resolution, ifRevision: contact.revision },
    });
    setProblem(problemOf(error, data?.resolveConflict));
  };

  return (
    <Card title="Conflicts">
      <ProblemNotice problem={problem} />
      <ul>
        {contact.conflicts.map(({ field, base, primary, local, changedAt, changedBy, detectedAt }) => {
          const name = fieldWords(field);
          return (
            <li key={field} className="conflict">
              <div className="row spread">
                <h3>{name}</h3>
                <span className="muted small">
                  found <Ago at={detectedAt} />
                </span>
              </div>
              <div className="conflict-values">
                <div>
                  <span className="label">Both had before</span>
                  <div>
                    <Value value={base} />
                  </div>
                </div>
                <div className="counts">
                  <span className="label">Constant Contact: counts now</span>
                  <div>
                    <Value value={primary} />
                  </div>
                </div>
                <div>
                  <span className="label">
                    Ours, by {changedBy}, <Ago at={changedAt} />
                  </span>
                  <div>
                    <Value value={local} />
                  </div>
                </div>
              </div>
              <div className="row">
                <Button
                  kind="primary"
                  isBusy={fetching}
                  label={`Keep ours: ${name}`}
                  onPress={() => void decide(field, 'KEEP_LOCAL')}
                >
                  Keep ours
                </Button>
                <Button
                  isBusy={fetching}
                  label={`Take Constant Contact's: ${name}`}
                  onPress={() => void decide(field, 'ACCEPT_PRIMARY')}
                >
                  Take Constant Contact's
                </Button>
              </div>
            </li>
          );
        })}
      </ul>
    </Card>
  );
}
