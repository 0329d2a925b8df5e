/** The finalizer of MurmurHash3: a bijection of 32-bit integers that spreads every bit. */
export function mix(value: number): number {
  let hash = value >>> 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** The inverse of `mix`: finds the index of a generated contact in its id, so that no table of ids is needed. */
export function unmix(value: number): number {
  let hash = value >>> 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x7ed1b41d);
  hash = Math.imul(hash ^ (hash >>> 13) ^ (hash >>> 26), 0xa5cb9243);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** A repeatable sequence named by its numbers (seed, index, purpose): the same names give the same sequence. */
export class Randomness {
  #state: number;

  constructor(...names: readonly number[]) {
    let state = 0x9e3779b9;
    for (const name of names) state = mix(state ^ mix(name));
    this.#state = state;
  }

  /** A whole number from 0 up to but not including 2^32. */
  next(): number {
    this.#state = (this.#state + 0x9e3779b9) | 0;
    return mix(this.#state);
  }

  /** From 0 up to but not including 1. */
  fraction(): number {
    return this.next() / 4_294_967_296;
  }

  /** A whole number from 0 up to but not including `limit`. */
  below(limit: number): number {
    return Math.floor(this.fraction() * limit);
  }

  chance(share: number): boolean {
    return this.fraction() < share;
  }

  pick<T>(choices: readonly [T, ...T[]]): T {
    return choices[this.below(choices.length)] ?? choices[0];
  }
}

const HEX = Array.from({ length: 65_536 }, (_, value) => value.toString(16).padStart(4, '0'));

function hex4(value: number): string {
  return HEX[value & 0xffff] ?? '0000';
}

/** A version 4 UUID of four 32-bit words; the first word stands in it unchanged. */
export function formatUuid(first: number, second: number, third: number, fourth: number): string {
  const version = 0x4000 | (second & 0x0fff);
  const variant = 0x8000 | ((third >>> 16) & 0x3fff);
  return `${hex4(first >>> 16)}${hex4(first)}-${hex4(second >>> 16)}-${hex4(version)}-${hex4(variant)}-${hex4(third)}${hex4(fourth >>> 16)}${hex4(fourth)}`;
}

export function randomUuid(randomness: Randomness): string {
  return formatUuid(randomness.next(), randomness.next(), randomness.next(), randomness.next());
}
