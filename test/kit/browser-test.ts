import { type TestContext, test } from 'vitest';
import { findChromium, NO_BROWSER } from './browser.ts';

/** A browser starts and draws slowly on a machine that is busy with other tests. */
const TEST_LIMIT_MS = 120_000;

/** A test that needs a browser: skipped, with the reason, where there is none. */
export function browserTest(name: string, run: (context: TestContext) => Promise<void>): void {
  test(
    name,
    async (context) => {
      context.skip(findChromium() === undefined, NO_BROWSER);
      await run(context);
    },
    TEST_LIMIT_MS,
  );
}
