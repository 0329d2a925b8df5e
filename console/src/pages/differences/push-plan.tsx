import { useState } from 'react';
import { useQuery } from 'urql';
import { Button } from '../../design/button.tsx';
import { Card } from '../../design/card.tsx';
import { Dialog } from '../../design/dialog.tsx';
import { Empty, LoadError, Loading } from '../../design/notice.tsx';
import { ScrollRegion } from '../../design/scroll-region.tsx';
import { formatDuration } from '../../format/durations.ts';
import { counted, formatBytes, formatCount } from '../../format/numbers.ts';
import { words } from '../../format/words.ts';
import { PushPlanDocument, type PushPlanQuery } from '../../gateway/generated.ts';
import { ChooseLists } from '../runs/choose-lists.tsx';
import { useStartRun } from '../runs/use-start-run.tsx';
import { SkippedContacts } from './skipped-contacts.tsx';

type Plan = PushPlanQuery['pushPlan'];

/** What a push would send, what it would leave out and why; and the button that sends exactly that. */
export function PushPlan() {
  const [lists, setLists] = useState<readonly string[]>([]);
  const scope = lists.length === 0 ? null : lists.map((id) => ({ id }));
  const [{ data, error, fetching }, refresh] = useQuery({ query: PushPlanDocument, variables: { lists: scope } });
  const replan = () => refresh({ requestPolicy: 'network-only' });
  const plan = data?.pushPlan;
  return (
    <>
      <div className="choice row">
        <ChooseLists chosen={lists} onChange={setLists} />
      </div>
      {error === undefined ? null : <LoadError error={error} onRetry={replan} />}
      {plan === undefined ? (
        error === undefined ? (
          <div className="card">
            <Loading lines={6} />
          </div>
        ) : null
      ) : (
        <>
          <PlanCard plan={plan} scope={scope} isPlanning={fetching} onReplan={replan} />
          {plan.skippedCount === 0 ? null : <SkippedContacts scope={scope} count={plan.skippedCount} />}
        </>
      )}
    </>
  );
}

function PlanCard({
  plan,
  scope,
  isPlanning,
  onReplan,
}: {
  plan: Plan;
  scope: { id: string }[] | null;
  isPlanning: boolean;
  onReplan: () => void;
}) {
  const isEmpty = plan.batches.length === 0;
  return (
    <Card
      title="The plan"
      isFlush
      actions={
        <>
          <Button isBusy={isPlanning} onPress={onReplan}>
            Plan anew
          </Button>
          {isEmpty ? null : <PushButton plan={plan} scope={scope} />}
        </>
      }
    >
      {isEmpty ? (
        <Empty title="Nothing to push">
          <p>No local work waits that could be sent.</p>
        </Empty>
      ) : (
        <>
          <dl className="facts plan-facts">
            <Fact label="Contacts" value={formatCount(plan.contactCount)} />
            <Fact label="Left out" value={formatCount(plan.skippedCount)} />
            <Fact
              label="Requests"
              value={formatCount(plan.apiRequests)}
              note={`of ${formatCount(plan.budget.remainingToday)} left`}
            />
            <Fact label="Takes about" value={formatDuration(plan.etaSeconds)} />
          </dl>
          <ScrollRegion label="Batches in the order of sending">
            <table className="table plain">
              <thead>
                <tr>
                  <th scope="col">Batch</th>
                  <th scope="col">Lists</th>
                  <th scope="col" className="number">
                    Contacts
                  </th>
                  <th scope="col" className="number">
                    Size
                  </th>
                  <th scope="col" className="number">
                    Requests
                  </th>
                </tr>
              </thead>
              <tbody>
                {plan.batches.map((batch, index) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: its place in the plan is what a batch is.
                  <tr key={index}>
                    <td>{words(batch.kind)}</td>
                    <td data-title="Lists" className="wide">
                      <bdi>{batch.lists.map(({ name }) => name).join(', ') || '–'}</bdi>
                    </td>
                    <td data-title="Contacts" className="number">
                      {formatCount(batch.contactCount)}
                    </td>
                    <td data-title="Size" className="number nowrap">
                      {batch.bytes === 0 ? '–' : formatBytes(batch.bytes)}
                    </td>
                    <td data-title="Requests" className="number">
                      {formatCount(batch.requests)}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </ScrollRegion>
        </>
      )}
    </Card>
  );
}

function Fact({ label, value, note }: { label: string; value: string; note?: string }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd className="figure">{value}</dd>
      {note === undefined ? null : <dd className="muted small">{note}</dd>}
    </div>
  );
}

function PushButton({ plan, scope }: { plan: Plan; scope: { id: string }[] | null }) {
  const { start, isStarting, refusal } = useStartRun();
  const [isAsking, setAsking] = useState(false);
  const push = () => start({ kind: 'PUSH', planHash: plan.planHash, ...(scope === null ? {} : { lists: scope }) });

  return (
    <>
      <Button kind="primary" onPress={() => setAsking(true)}>
        Push exactly this
      </Button>
      <Dialog
        title={`Push ${counted(plan.contactCount, 'contact')}?`}
        isOpen={isAsking}
        onClose={() => setAsking(false)}
        actions={
          <Button kind="primary" isBusy={isStarting} onPress={() => void push()}>
            Push
          </Button>
        }
      >
        <p>
          {counted(plan.batches.length, 'batch', 'batches')} with about {counted(plan.apiRequests, 'request')}. The run
          pulls first: if that makes another plan of it, nothing is sent and the run says so.
        </p>
        <p className="muted small">
          Plan <code>{plan.planHash.slice(0, 12)}</code>
        </p>
        {refusal}
      </Dialog>
    </>
  );
}
