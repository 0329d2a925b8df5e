import { Pool } from 'undici';

/** Requests per second that `connections` clients get answered, each sending its next as soon as it has its answer. */
export async function requestsPerSecond({
  url,
  path,
  body,
  connections,
  durationMs,
  authorization,
}: {
  url: string;
  path: string;
  body: string;
  connections: number;
  durationMs: number;
  authorization?: string;
}): Promise<number> {
  const pool = new Pool(url, { connections });
  const startedAt = performance.now();
  const endsAt = startedAt + durationMs;
  let answered = 0;
  const client = async () => {
    while (performance.now() < endsAt) {
      const response = await pool.request({
        method: 'POST',
        path,
        headers: {
          'content-type': 'application/json',
          accept: 'application/json',
          ...(authorization === undefined ? {} : { authorization }),
        },
        body,
      });
      const text = await response.body.text();
      if (response.statusCode !== 200 || !text.startsWith('{"data":{')) throw new Error(text.slice(0, 500));
      answered += 1;
    }
  };
  try {
    await Promise.all(Array.from({ length: connections }, client));
    return (answered * 1_000) / (performance.now() - startedAt);
  } finally {
    await pool.destroy();
  }
}
