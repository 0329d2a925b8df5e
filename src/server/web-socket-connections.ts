import type { IncomingMessage } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { CloseCode, type Server as GraphQLOverWebSocket } from 'graphql-ws';
import type { WebSocket, WebSocketServer } from 'ws';
import type { Caller } from '../auth/caller.ts';
import type { Logger } from '../logger.ts';

/** Who has not answered a ping until the next one is gone. */
const PING_MS = 12_000;
/** By RFC 6455, section 7.4.1. */
const GOING_AWAY = 1001;
/** Who does not read does not answer a farewell either. */
const FAREWELL_LIMIT_MS = 500;
/** A client that lets this much pile up unread is cut off; it can reconnect and resume by `afterSequence`. */
const MAX_UNSENT_BYTES = 4 * 1024 * 1024;

/** What is kept of a connection; of the request that has opened it no more than this. */
export interface WebSocketExtra {
  readonly socket: WebSocket;
  readonly authorization: string | undefined;
  /** Null until it has said who it is. */
  caller: Caller | null;
  /** Aborts when it closes; null until somebody asks. */
  end: AbortSignal | null;
}

/** Also of a stranger, before it says who it is: pings are answered, and whoever sends them need not read the answers. */
function cutOffUnread(socket: WebSocket): void {
  if (socket.bufferedAmount > MAX_UNSENT_BYTES) socket.terminate();
}

/**
 * Lets `server` speak over each connection of `sockets`: what the adapter of graphql-ws does, with one timer for all
 * connections, and with our log for what goes wrong. The returned function closes every connection.
 */
export function connectWebSockets({
  sockets,
  server,
  logger,
}: {
  sockets: WebSocketServer;
  server: GraphQLOverWebSocket<WebSocketExtra>;
  logger: Logger;
}): () => Promise<void> {
  const answering = new WeakSet<WebSocket>();
  function hear(this: WebSocket): void {
    answering.add(this);
  }
  const pinging = setInterval(() => {
    for (const socket of sockets.clients) {
      if (answering.delete(socket)) socket.ping();
      else socket.terminate();
    }
  }, PING_MS);

  sockets.on('connection', (socket: WebSocket, request: IncomingMessage) => {
    const fail = (error: unknown) => {
      logger.error({ error }, 'a message over a WebSocket could not be handled');
      socket.close(CloseCode.InternalServerError, 'Internal server error');
    };
    answering.add(socket);
    socket.on('pong', hear);
    socket.on('ping', () => cutOffUnread(socket));
    // It closes by itself then.
    socket.on('error', (error) => logger.debug({ error }, 'a WebSocket failed'));
    const closed = server.opened(
      {
        protocol: socket.protocol,
        // Resolves when it is written: who does not read is told no more. What cannot be written is lost with the connection.
        send: (text) =>
          new Promise((resolve) => {
            cutOffUnread(socket);
            if (socket.readyState === socket.OPEN) socket.send(text, () => resolve());
            else resolve();
          }),
        close: (code, reason) => socket.close(code, reason),
        onMessage(handle) {
          socket.on('message', (data) => void handle(String(data)).catch(fail));
        },
      },
      { socket, authorization: request.headers.authorization, caller: null, end: null },
    );
    socket.once('close', (code, reason) => void closed(code, String(reason)).catch(fail));
  });

  return async () => {
    clearInterval(pinging);
    for (const socket of sockets.clients) socket.close(GOING_AWAY, 'Going away');
    const closed = new Promise<void>((resolve) => sockets.close(() => resolve()));
    await Promise.race([closed, delay(FAREWELL_LIMIT_MS)]);
    for (const socket of sockets.clients) socket.terminate();
    await closed;
  };
}
