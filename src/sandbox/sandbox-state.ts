import { Tokens } from './oauth/tokens.ts';
import { WebhookSigner } from './partner-webhooks/signer.ts';
import { DEFAULT_QUIRKS, type Quirks } from './quirks.ts';
import { createWorld, type World, type WorldSettings } from './world.ts';

/** What outlives a reset of the data: quirks, tokens, keys and the clock. Holds the account of the moment. */
export class SandboxState {
  world: World;
  readonly quirks: Quirks = { ...DEFAULT_QUIRKS };
  readonly now: () => Date;
  /** A clock that nobody sets: milliseconds from some moment on. Limits are measured by it. */
  readonly steadyNowMs: () => number;
  readonly tokens: Tokens;
  readonly signer = new WebhookSigner();
  /** By the steady clock. */
  lastTokenRequestAtMs = Number.NEGATIVE_INFINITY;

  constructor({
    settings,
    now,
    steadyNowMs,
  }: {
    settings: WorldSettings;
    now: () => Date;
    steadyNowMs: () => number;
  }) {
    this.steadyNowMs = steadyNowMs;
    this.now = now;
    this.tokens = new Tokens({ now, quirks: this.quirks });
    this.world = createWorld({ settings, now, quirks: this.quirks });
  }

  /** New data, counters at zero, no faults. */
  reset(settings: WorldSettings): void {
    this.world = createWorld({ settings, now: this.now, quirks: this.quirks });
  }
}
