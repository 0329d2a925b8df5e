import type { CommandStartedEvent, MongoClient } from 'mongodb';
import type { Span, Tracing } from '../tracing.ts';

/**
 * A span for each command that is sent within another span. Of a command its name and collection are told, of a failure its
 * code: filters, documents and the server's messages hold people's data. Needs a client that monitors commands.
 */
export function traceCommands(client: MongoClient, tracing: Tracing): void {
  const open = new Map<number, Span>();
  const end = (requestId: number, failure?: string) => {
    const span = open.get(requestId);
    if (failure !== undefined) span?.fail(failure);
    span?.end();
    open.delete(requestId);
  };
  client.on('commandStarted', (event) => {
    const collection = collectionOf(event);
    const span = tracing.startWithin({
      name: collection === null ? event.commandName : `${event.commandName} ${collection}`,
      kind: 'CLIENT',
      attributes: {
        'db.system.name': 'mongodb',
        'db.namespace': event.databaseName,
        'db.operation.name': event.commandName,
        ...(collection === null ? {} : { 'db.collection.name': collection }),
      },
    });
    if (span !== null) open.set(event.requestId, span);
  });
  client.on('commandSucceeded', ({ requestId }) => end(requestId));
  client.on('commandFailed', ({ requestId, failure }) => {
    const { code } = failure as { code?: unknown }; // The server's errors carry a number, those of the network a text or nothing.
    end(requestId, code === undefined ? failure.name : String(code));
  });
}

function collectionOf({ command, commandName }: CommandStartedEvent): string | null {
  const named: unknown = commandName === 'getMore' ? command['collection'] : command[commandName];
  return typeof named === 'string' ? named : null;
}
