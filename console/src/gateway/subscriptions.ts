import { createClient, type Client as SocketClient } from 'graphql-ws';
import type { SubscriptionForwarder } from 'urql';

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 8_000;
const PING_EVERY_MS = 10_000;
/** After a ping without an answer for so long the network is taken for dropped, whatever the browser thinks. */
const PONG_WITHIN_MS = 5_000;

/** Until the next attempt is due, or the browser is online again. */
function waitForAttempt(attempts: number): Promise<void> {
  // Up to half of it by chance: the tabs of an office do not come back at one moment.
  const wait = Math.min(FIRST_WAIT_MS * 2 ** attempts, LONGEST_WAIT_MS) * (0.5 + Math.random() / 2);
  return new Promise((resolve) => {
    const go = () => {
      clearTimeout(timer);
      window.removeEventListener('online', go);
      resolve();
    };
    const timer = setTimeout(go, wait);
    window.addEventListener('online', go);
  });
}

/** One WebSocket for all subscriptions, which comes back by itself. `onLive` tells whether it is there. */
export function createSocket({
  url,
  credential,
  onLive,
}: {
  url: string;
  credential: string | null;
  onLive: (isLive: boolean) => void;
}): SocketClient {
  let socket: WebSocket | undefined;
  let deadline: ReturnType<typeof setTimeout> | undefined;
  return createClient({
    url,
    ...(credential === null ? {} : { connectionParams: { authorization: `Bearer ${credential}` } }),
    retryAttempts: Number.POSITIVE_INFINITY,
    shouldRetry: () => true,
    retryWait: waitForAttempt,
    keepAlive: PING_EVERY_MS,
    on: {
      connected(opened) {
        // The library gives it as `unknown`; in a browser it is this.
        socket = opened as WebSocket;
        onLive(true);
      },
      closed() {
        clearTimeout(deadline);
        onLive(false);
      },
      ping(received) {
        if (!received) deadline = setTimeout(() => socket?.close(4408, 'no answer'), PONG_WITHIN_MS);
      },
      pong(received) {
        if (received) clearTimeout(deadline);
      },
    },
  });
}

interface Progress {
  readonly sequence: number;
  readonly run: { readonly finishedAt: string | null };
}

/** Of an answer to `RunEvents`; undefined for any other. */
function progressOf(data: unknown): Progress | undefined {
  if (typeof data !== 'object' || data === null || !('syncProgress' in data)) return undefined;
  // The gateway answers what RunEvents asks for.
  return data.syncProgress as Progress;
}

/**
 * Subscriptions over `socket` that survive a dropped network and a gateway that starts anew. The events of a run go on
 * behind the last one seen: the socket sends the variables as they are when it connects again.
 */
export function forwardOver(socket: SocketClient): SubscriptionForwarder {
  return (request) => ({
    subscribe(sink) {
      const variables = { ...request.variables } as Record<string, unknown>;
      let isOver = false;
      let close = () => {};
      let timer: ReturnType<typeof setTimeout> | undefined;
      const open = () => {
        close = socket.subscribe(
          { query: request.query ?? '', variables },
          {
            next(result) {
              const progress = progressOf(result.data);
              if (progress !== undefined) {
                variables['afterSequence'] = progress.sequence;
                isOver = progress.run.finishedAt !== null;
              }
              sink.next({ ...result, data: result.data ?? null } as Parameters<typeof sink.next>[0]);
            },
            error: (error) => sink.error(error),
            // A gateway that stops completes its streams, too: they are opened again on the next one.
            complete() {
              if (isOver) sink.complete();
              else timer = setTimeout(open, FIRST_WAIT_MS);
            },
          },
        );
      };
      open();
      return {
        unsubscribe() {
          isOver = true;
          clearTimeout(timer);
          close();
        },
      };
    },
  });
}
