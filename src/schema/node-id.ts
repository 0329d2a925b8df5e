import { ObjectId } from 'mongodb';

export const NODE_TYPES = ['Contact', 'ContactList', 'Tag', 'CustomField', 'SyncRun'] as const;
export type NodeType = (typeof NODE_TYPES)[number];

const NODE_ID = /^([A-Za-z]+):([0-9a-f]{24})$/;
/** Twice what an id needs; longer input is not decoded. */
const LENGTH_LIMIT = 100;

/** The id of the Relay specification, as the relay plugin writes it: base64 of `Type:key`. */
export function nodeId(type: NodeType, key: ObjectId): string {
  return Buffer.from(`${type}:${key.toHexString()}`).toString('base64');
}

/** Undefined for anything that is not an id of ours. */
export function parseNodeId(id: string): { type: NodeType; key: ObjectId } | undefined {
  if (id.length > LENGTH_LIMIT) return undefined;
  const [, name, key] = NODE_ID.exec(Buffer.from(id, 'base64').toString('latin1')) ?? [];
  const type = NODE_TYPES.find((candidate) => candidate === name);
  return type === undefined || key === undefined ? undefined : { type, key: new ObjectId(key) };
}

/** The key in an id of the given type; undefined for one of another type, too. */
export function keyOfNodeId(id: string, type: NodeType): ObjectId | undefined {
  const parsed = parseNodeId(id);
  return parsed?.type === type ? parsed.key : undefined;
}
