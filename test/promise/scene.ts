import { createMemory, type Memory } from './people.ts';
import type { LoggedRequest } from './request-log.ts';
import type { World } from './world.ts';

/** What came of a history beyond its invariants. */
export interface Outcome {
  readonly journal: readonly string[];
  /** People put back on a list that they left between our last read of it and the end of our write: nothing tells of it. */
  readonly unseenLeaves: number;
  /** Contacts deleted in the primary without a trace that an incremental pull sees, and revived by a write of ours. */
  readonly unseenDeletions: number;
  /** Fields that the owner changed between our last look and our write, which overwrote them. */
  readonly unseenEdits: number;
  readonly racesRepaired: number;
  readonly kills: number;
  /** How often each kind of thing has happened, by its name. */
  readonly happened: ReadonlyMap<string, number>;
}

/** What all parts of a history in progress share. */
export interface Scene {
  readonly world: World;
  readonly memory: Memory;
  readonly log: LoggedRequest[];
  readonly journal: string[];
  /** Counts requests; acts stand between them. */
  seq: number;
  readonly counted: {
    unseenLeaves: number;
    unseenDeletions: number;
    unseenEdits: number;
    racesRepaired: number;
    kills: number;
  };
  /** Requests of the API that the owner has made. */
  ownerRequests: number;
  readonly goneLists: Set<string>;
  skewMs: number;
  readonly happened: Map<string, number>;
  happens(what: string): void;
  tell(line: string): void;
  /** Looks who has been brought back so far. */
  look: () => Promise<void>;
  /** The first broken invariant that was met where nothing could be thrown. */
  broken: string | null;
}

export function createScene(world: World, skewMs: number): Scene {
  const scene: Scene = {
    world,
    memory: createMemory(),
    log: [],
    journal: [],
    seq: 0,
    counted: { unseenLeaves: 0, unseenDeletions: 0, unseenEdits: 0, racesRepaired: 0, kills: 0 },
    ownerRequests: 0,
    goneLists: new Set(),
    skewMs,
    happened: new Map(),
    happens: (what) => scene.happened.set(what, (scene.happened.get(what) ?? 0) + 1),
    tell: (line) => scene.journal.push(line),
    broken: null,
    look: async () => {},
  };
  return scene;
}
