import { setTimeout as delay } from 'node:timers/promises';
import { CommandFailure, EXIT, type ExitCode } from './exit-codes.ts';
import type { FoundGateway } from './find-gateway.ts';
import type { Output } from './output.ts';

const POLL_MS = 1_000;
/** As long as Constant Contact's page and ours wait for an answer. */
const CONNECT_LIMIT_MS = 10 * 60_000;

/** `csg connect`: says where the account is connected in a browser, and waits until it is. */
export async function connectAccount({
  gateway: { client, url, pageKey },
  output,
  signal,
  wait,
}: {
  gateway: FoundGateway;
  output: Output;
  signal: AbortSignal;
  wait: boolean;
}): Promise<ExitCode> {
  const connection = async () => (await client.syncStatus()).syncStatus.connection;
  const before = await connection();
  if (before === 'SANDBOX')
    throw new CommandFailure(
      EXIT.refused,
      'This is the demo, which has no account to connect: set CC_CLIENT_ID, CC_CLIENT_SECRET and TOKEN_KEY.',
    );
  if (before === 'CONNECTED') {
    output.answer(
      { connection: before, url: null },
      `An account is connected. ${url}/oauth/connect?replaceAccount=true puts another one in its place.`,
    );
    return EXIT.done;
  }
  const page = `${url}/oauth/connect`;
  const { status } = await fetch(page, { redirect: 'manual', signal });
  if (status === 404)
    throw new CommandFailure(
      EXIT.refused,
      'This gateway has no application to connect an account with: set CC_CLIENT_ID, or a new CC_ACCESS_TOKEN.',
    );
  const told = [`Open this page in a browser:\n  ${page}`];
  if (pageKey !== null) told.push(`It asks for a key, which is valid while this command runs:\n  ${pageKey}`);
  if (!wait) {
    output.answer({ connection: before, url: page }, told.join('\n'));
    return EXIT.done;
  }
  output.note(told.join('\n'));
  output.note('Waiting for Constant Contact’s answer; Ctrl-C ends the waiting.');
  for (const deadline = performance.now() + CONNECT_LIMIT_MS; performance.now() < deadline; ) {
    await delay(POLL_MS, undefined, { signal });
    const now = await connection();
    if (now === 'CONNECTED') {
      output.answer({ connection: now, url: page }, 'The account is connected.');
      return EXIT.done;
    }
  }
  throw new CommandFailure(EXIT.failed, 'Nobody has connected an account within ten minutes.');
}
