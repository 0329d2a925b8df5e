import { WebSocket } from 'ws';

/** What becomes of an attempt to connect: `open`, the status of a refusal, the code of a close, or an error's message. */
export function webSocketOutcome(
  serverUrl: string,
  {
    path = '/graphql',
    protocol = 'graphql-transport-ws',
    origin,
  }: { path?: string; protocol?: string; origin?: string } = {},
): Promise<number | string> {
  return new Promise((resolve) => {
    const url = `${serverUrl.replace('http', 'ws')}${path}`;
    const socket = new WebSocket(url, protocol, origin === undefined ? {} : { origin });
    socket.on('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0));
    socket.on('error', (error) => resolve(error.message));
    socket.on('close', (code) => resolve(code));
    socket.on('open', () => {
      resolve('open');
      socket.terminate();
    });
  });
}
