import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';

/** `npm run test:promise -- --runs 10000 [--seed N] [--path P] [--show]`: as many histories as asked for, however long it takes. */
const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '300' },
    seed: { type: 'string' },
    path: { type: 'string' },
    lanes: { type: 'string' },
    show: { type: 'boolean', default: false },
  },
});
const env = {
  ...process.env,
  PROMISE_RUNS: values.runs,
  PROMISE_SEED: values.seed ?? String(randomInt(1_000_000)),
  ...(values.path === undefined ? {} : { PROMISE_PATH: values.path }),
  ...(values.lanes === undefined ? {} : { PROMISE_LANES: values.lanes }),
  ...(values.show ? { PROMISE_SHOW: '1' } : {}),
};
const child = spawn('npx', ['vitest', 'run', 'test/promise/first-hundred.test.ts'], { stdio: 'inherit', env });
child.on('exit', (code) => {
  process.exitCode = code ?? 1;
});
