import { createHash } from 'node:crypto';

/** As hex: what plans are told apart by. */
export const sha256 = (content: string): string => createHash('sha256').update(content).digest('hex');
