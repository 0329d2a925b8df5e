import { z } from 'zod';

/** What the host process tells its parent. `failed.message` is the engine's own text. */
export const hostMessageSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready'), uri: z.string(), socketPath: z.string(), version: z.string() }),
  z.object({ type: z.literal('failed'), stage: z.enum(['load', 'open', 'close']), message: z.string() }),
  z.object({ type: z.literal('closed') }),
]);
export type HostMessage = z.infer<typeof hostMessageSchema>;

/** What the parent tells the host: close the engine cleanly and end. */
export const parentMessageSchema = z.object({ type: z.literal('close') });
export type ParentMessage = z.infer<typeof parentMessageSchema>;
