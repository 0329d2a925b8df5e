import { type Db, type Document, MongoClient } from 'mongodb';
import type { TestStore } from './store.ts';

/** How the server answers one command. */
export interface QueryPlan {
  readonly command: string;
  readonly collection: string;
  readonly stages: readonly string[];
  readonly docsExamined: number;
}

export interface QueryWatch {
  /** The same database, seen through a connection whose commands are watched. */
  readonly db: Db;
  /** Runs something and explains each command that it sent to find, count, change or delete. */
  plansOf(run: () => Promise<unknown>): Promise<QueryPlan[]>;
  close(): Promise<void>;
}

const EXPLAINED = new Set(['find', 'aggregate', 'count', 'distinct', 'update', 'delete', 'findAndModify']);

function stagesOf(stage: Document): string[] {
  const inputs: Document[] = [stage['inputStage'], ...(stage['inputStages'] ?? [])].filter(
    (input) => input !== undefined,
  );
  return [String(stage['stage']), ...inputs.flatMap(stagesOf)];
}

export async function watchQueries(testStore: TestStore): Promise<QueryWatch> {
  const client = await new MongoClient(testStore.uri, { monitorCommands: true }).connect();

  async function explain(name: string, { lsid: _lsid, $db: _db, ...sent }: Document): Promise<QueryPlan> {
    const { txnNumber: _txn, writeConcern: _concern, $clusterTime: _time, ...command } = sent;
    // What a pipeline writes goes by `_id`, and is not explained.
    if (command['pipeline'] !== undefined)
      command['pipeline'] = command['pipeline'].filter((stage: Document) => stage['$merge'] === undefined);
    const { executionStats, stages } = await testStore.db.command({ explain: command, verbosity: 'executionStats' });
    const stats = executionStats ?? stages[0].$cursor.executionStats;
    return {
      command: name,
      collection: String(command[name]),
      stages: stagesOf(stats.executionStages),
      docsExamined: stats.totalDocsExamined,
    };
  }

  return {
    db: client.db(),
    async plansOf(run) {
      const sent: { commandName: string; command: Document }[] = [];
      const watch = ({ commandName, command }: { commandName: string; command: Document }) => {
        if (EXPLAINED.has(commandName)) sent.push({ commandName, command });
      };
      client.on('commandStarted', watch);
      try {
        await run();
      } finally {
        client.off('commandStarted', watch);
      }
      // The server explains one change at a time.
      const single = sent.flatMap(({ commandName, command }) =>
        (['updates', 'deletes'] as const).some((part) => Array.isArray(command[part]) && command[part].length > 1)
          ? (['updates', 'deletes'] as const).flatMap((part) =>
              ((command[part] ?? []) as Document[]).map((one) => ({
                commandName,
                command: { ...command, [part]: [one] },
              })),
            )
          : [{ commandName, command }],
      );
      return Promise.all(single.map(({ commandName, command }) => explain(commandName, command)));
    },
    close: () => client.close(),
  };
}
