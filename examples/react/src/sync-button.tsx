import type { SyncRunFieldsFragment } from 'contact-sync-gateway/client';
import { useEffect, useState } from 'react';
import { gateway } from './gateway.ts';

/** Starts a sync and shows how far it is, over connections that break, too. */
export function SyncButton({ onFinished }: { onFinished: () => void }) {
  const [runId, setRunId] = useState<string | null>(null);
  const [run, setRun] = useState<SyncRunFieldsFragment | null>(null);
  const [problem, setProblem] = useState<string | null>(null);

  useEffect(() => {
    if (runId === null) return;
    const leaving = new AbortController();
    async function follow(id: string) {
      try {
        for await (const event of gateway.syncProgress({ runId: id }, { signal: leaving.signal })) setRun(event.run);
        setRunId(null);
        onFinished();
      } catch (error) {
        if (!leaving.signal.aborted) setProblem(String(error));
      }
    }
    void follow(runId);
    return () => leaving.abort();
  }, [runId, onFinished]);

  async function start() {
    setProblem(null);
    try {
      const { startSync } = await gateway.startSync({ input: { kind: 'CONTACTS' } });
      // One that is under way already is as good.
      if ('run' in startSync) setRunId(startSync.run.id);
      else setProblem(startSync.message);
    } catch (error) {
      setProblem(String(error));
    }
  }

  return (
    <section>
      <button type="button" disabled={runId !== null} onClick={() => void start()}>
        Sync now
      </button>
      {runId !== null && (
        <progress aria-label="Sync" max={100} {...(run?.percent == null ? {} : { value: run.percent })} />
      )}
      {run !== null && (
        <p role="status">
          {run.status}: {run.counts.fetched} read, {run.counts.updated} updated
        </p>
      )}
      {problem !== null && <p role="alert">{problem}</p>}
    </section>
  );
}
