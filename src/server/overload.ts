import underPressure from '@fastify/under-pressure';
import type { FastifyInstance } from 'fastify';

const SAMPLE_MS = 1_000;

/** How long whoever is turned away is asked to wait. */
export const OVERLOAD_RETRY_SECONDS = 5;
export const OVERLOAD_MESSAGE = `The gateway is overloaded: try again in ${OVERLOAD_RETRY_SECONDS} seconds.`;

/** How late the event loop came lately, in milliseconds. */
export type ReadEventLoopLag = () => number;

export interface Overload {
  /** True where new work would only make what is under way later still. */
  isOverloaded(): boolean;
}

/** Measures the lag of the event loop for as long as `app` is open. */
export async function measureEventLoopLag(app: FastifyInstance): Promise<ReadEventLoopLag> {
  await app.register(underPressure, { sampleInterval: SAMPLE_MS });
  return () => app.memoryUsage().eventLoopDelay;
}

/** @param limitMs null: never overloaded */
export function createOverload({ limitMs, lagMs }: { limitMs: number | null; lagMs: ReadEventLoopLag }): Overload {
  return { isOverloaded: () => limitMs !== null && lagMs() > limitMs };
}
