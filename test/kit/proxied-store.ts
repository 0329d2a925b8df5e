import { createConnection, createServer, type Socket } from 'node:net';
import { BSON, type Document, MongoClient } from 'mongodb';
import { clientOptions } from '../../src/store/connect.ts';
import { openTestStore, type TestStore } from './store.ts';

/** A command as the driver sends it. */
export interface StoreCommand {
  readonly name: string;
  /** The collection it is about. */
  readonly collection: string;
  /** Without the documents of a bulk write. */
  readonly body: Document;
}

/**
 * A database with somebody between it and the gateway. `direct` has a connection of its own.
 * @param isLost the server does as it is told, and the connection breaks before it says so
 * @param before waited for before a command is passed on
 */
export async function openProxiedStore({
  isLost = () => false,
  before = async () => {},
}: {
  isLost?: (command: StoreCommand) => boolean;
  before?: (command: StoreCommand) => Promise<void>;
}): Promise<TestStore & { readonly direct: TestStore }> {
  const direct = await openTestStore();
  const { hosts, pathname } = serverOf(direct.uri);
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = createConnection(hosts);
    const lost = new Set<number>();
    const end = () => {
      client.destroy();
      upstream.destroy();
    };
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', end).on('close', () => {
        sockets.delete(socket);
        end();
      });
    }
    client.on(
      'data',
      inMessages((message) => {
        const command = commandOf(message);
        if (command !== null && isLost(command)) lost.add(message.readInt32LE(4));
        if (command === null) upstream.write(message);
        // One after the other: a connection has one command under way.
        else void before(command).then(() => upstream.write(message));
      }),
    );
    upstream.on(
      'data',
      inMessages((message) => {
        if (lost.has(message.readInt32LE(8))) end();
        else client.write(message);
      }),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the proxy has no port');
  const uri = `mongodb://127.0.0.1:${address.port}${pathname}?directConnection=true&minHeartbeatFrequencyMS=20`;
  const client = await new MongoClient(uri, clientOptions(uri)).connect();
  return {
    direct,
    db: client.db(),
    client,
    uri,
    async [Symbol.asyncDispose]() {
      await client.close();
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
      await direct[Symbol.asyncDispose]();
    },
  };
}

/** A test's server has one address: a socket's path or a host. */
function serverOf(uri: string): { hosts: { path: string } | { host: string; port: number }; pathname: string } {
  const [, host = '', pathname = ''] = /^mongodb:\/\/([^/?]+)(\/[^?]*)/.exec(uri) ?? [];
  const decoded = decodeURIComponent(host);
  if (decoded.startsWith('/')) return { hosts: { path: decoded }, pathname };
  const [name = '', port = '27017'] = decoded.split(':');
  return { hosts: { host: name, port: Number(port) }, pathname };
}

/** Messages of the wire protocol begin with their length. */
function inMessages(onMessage: (message: Buffer) => void): (chunk: Buffer) => void {
  let rest: Buffer = Buffer.alloc(0);
  return (chunk) => {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    while (rest.length >= 4 && rest.length >= rest.readInt32LE(0)) {
      const length = rest.readInt32LE(0);
      onMessage(rest.subarray(0, length));
      rest = rest.subarray(length);
    }
  };
}

/** Of an OP_MSG: header (16 bytes), flags (4), the kind of the first section (0: a document) and the document. */
function commandOf(message: Buffer): StoreCommand | null {
  if (message.readInt32LE(12) !== 2013 || message[20] !== 0) return null;
  const size = message.readInt32LE(21);
  const body = BSON.deserialize(message.subarray(21, 21 + size));
  const [[name, collection] = ['', null]] = Object.entries(body);
  return typeof collection === 'string' ? { name, collection, body } : null;
}
