import { type FormEvent, useState } from 'react';
import { Button } from '../../design/button.tsx';
import { Card } from '../../design/card.tsx';
import { Checkbox } from '../../design/checkbox.tsx';
import { Select } from '../../design/select.tsx';
import { words } from '../../format/words.ts';
import type { SyncKind, SyncMode } from '../../gateway/generated.ts';
import { ChooseLists } from './choose-lists.tsx';
import { useStartRun } from './use-start-run.tsx';
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

export function StartRun() {
  const [kind, setKind] = useState<SyncKind>('CONTACTS');
  const [mode, setMode] = useState<SyncMode>('INCREMENTAL');
  const [isDryRun, setDryRun] = useState(false);
  const [lists, setLists] = useState<readonly string[]>([]);
  const { start, isStarting, refusal } = useStartRun();
  const isPush = kind === 'PUSH' || kind === 'FULL_CYCLE';

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    await start({
      kind,
      mode,
      dryRun: isPush && isDryRun,
      ...(lists.length === 0 ? {} : { lists: lists.map((id) => ({ id })) }),
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
        <Button kind="primary" type="submit" isBusy={isStarting}>
          Start
        </Button>
      </form>
      <p className="muted small hint">{HINTS[kind]}</p>
      {refusal}
    </Card>
  );
}
