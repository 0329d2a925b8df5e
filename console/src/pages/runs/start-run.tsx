import { type FormEvent, useState } from 'react';
import { useMutation } from 'urql';
import { Link, useLocation } from 'wouter';
import { Button } from '../../design/button.tsx';
import { Card } from '../../design/card.tsx';
import { Checkbox } from '../../design/checkbox.tsx';
import { Notice } from '../../design/notice.tsx';
import { Select } from '../../design/select.tsx';
import { words } from '../../format/words.ts';
import { errorMessage } from '../../gateway/error-message.ts';
import { StartSyncDocument, type SyncKind, type SyncMode } from '../../gateway/generated.ts';
import { ChooseLists } from './choose-lists.tsx';
import { runPath } from './runs-table.tsx';
import '../../styles/runs.css';

const KINDS: readonly SyncKind[] = ['CONTACTS', 'FULL_CYCLE', 'PUSH', 'LISTS', 'UNSUBSCRIBES'];
const HINTS: Readonly<Record<SyncKind, string>> = {
  CONTACTS: 'Brings what changed in Constant Contact here.',
  FULL_CYCLE: 'Brings what changed there, then sends what was changed here.',
  PUSH: 'Sends what was changed here, after looking once more at what changed there.',
  LISTS: 'Brings lists, and the members of those whose count differs.',
  UNSUBSCRIBES: 'Brings opt-outs alone: the shortest way to know who left.',
};
const MODES: readonly { value: SyncMode; label: string }[] = [
  { value: 'INCREMENTAL', label: 'What changed' },
  { value: 'FULL', label: 'Everything' },
];

interface Refusal {
  readonly message: string;
  /** The run of its kind that is active already. */
  readonly runId?: string;
}

export function StartRun() {
  const [kind, setKind] = useState<SyncKind>('CONTACTS');
  const [mode, setMode] = useState<SyncMode>('INCREMENTAL');
  const [isDryRun, setDryRun] = useState(false);
  const [lists, setLists] = useState<readonly string[]>([]);
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const [{ fetching }, start] = useMutation(StartSyncDocument);
  const [, goTo] = useLocation();
  const isPush = kind === 'PUSH' || kind === 'FULL_CYCLE';

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const { data, error } = await start({
      input: {
        kind,
        mode,
        dryRun: isPush && isDryRun,
        ...(lists.length === 0 ? {} : { lists: lists.map((id) => ({ id })) }),
      },
    });
    if (error !== undefined) return setRefusal({ message: errorMessage(error) });
    const result = data?.startSync;
    if (result === undefined) return;
    if (result.__typename === 'StartSyncSuccess') return goTo(runPath(result.run.id));
    const problems = result.__typename === 'InvalidInput' ? result.problems.map(({ message }) => message) : [];
    setRefusal({
      message: [result.message, ...problems].join(' '),
      ...(result.__typename === 'SyncAlreadyRunning' ? { runId: result.run.id } : {}),
    });
  };

  return (
    <Card title="Start a run">
      <form className="start-run" onSubmit={(event) => void submit(event)}>
        <Select
          label="What it does"
          value={kind}
          options={KINDS.map((value) => ({ value, label: words(value) }))}
          onChange={setKind}
        />
        <Select label="How much it reads" value={mode} options={MODES} onChange={setMode} />
        <ChooseLists chosen={lists} onChange={setLists} />
        {isPush ? (
          <Checkbox isSelected={isDryRun} onChange={setDryRun}>
            Dry run: plan, send nothing
          </Checkbox>
        ) : null}
        <Button kind="primary" type="submit" isBusy={fetching}>
          Start
        </Button>
      </form>
      <p className="muted small hint">{HINTS[kind]}</p>
      {refusal === null ? null : (
        <Notice
          tone="bad"
          actions={refusal.runId === undefined ? undefined : <Link href={runPath(refusal.runId)}>Follow that run</Link>}
        >
          {refusal.message}
        </Notice>
      )}
    </Card>
  );
}
