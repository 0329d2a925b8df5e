import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { silentLogger } from '../src/logger.ts';
import { startEngine } from '../src/store/embedded/engine.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** A MongoDB for the whole run; each test takes a database of its own in it, see test/kit/store.ts. */
    mongodbUri: string;
  }
}

export async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const serverUri = process.env['MONGODB_TEST_URI'];
  if (serverUri !== undefined && serverUri !== '') {
    project.provide('mongodbUri', serverUri);
    return undefined;
  }
  const dataDir = await mkdtemp(join(tmpdir(), 'csg-test-store-'));
  const engine = await startEngine({ dataDir, logger: silentLogger });
  project.provide('mongodbUri', engine.uri);
  return async () => {
    await engine.close();
    await rm(dataDir, { recursive: true, force: true });
  };
}
