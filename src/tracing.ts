/** Codes, counts, routes, names of our own. Never a value of a contact, a variable, a document or a message: these leave the house. */
export type SpanAttributes = Readonly<Record<string, string | number | boolean>>;

/** `SERVER`: somebody asked us; `CLIENT`: we ask somebody; `INTERNAL`: work of our own. */
export type SpanKind = 'SERVER' | 'CLIENT' | 'INTERNAL';

export interface SpanStart {
  /** One of few: an operation, a route, a command. */
  readonly name: string;
  readonly kind?: SpanKind;
  readonly attributes?: SpanAttributes;
}

export interface Span {
  /** Does `work` as a part of this span: spans that start in it, and in what it waits for, are its children. */
  run<T>(work: () => T): T;
  set(attributes: SpanAttributes): void;
  /** Marks it as failed: by the code of an error, or by a code. A message is never told. */
  fail(failure: unknown): void;
  end(): void;
}

export interface Tracing {
  readonly isOn: boolean;
  /** A part of the span that this is called in; a trace of its own where there is none. */
  start(span: SpanStart): Span;
  /** Null where this is called in no span, or in one that has ended: a loop of ours makes no traces. */
  startWithin(span: SpanStart): Span | null;
}

const NO_SPAN: Span = { run: (work) => work(), set: () => {}, fail: () => {}, end: () => {} };

/** What is used where nobody collects traces: it costs a call. */
export const NO_TRACING: Tracing = { isOn: false, start: () => NO_SPAN, startWithin: () => null };

/** Does `work` in a span that ends with it. */
export async function inSpan<T>(tracing: Tracing, start: SpanStart, work: (span: Span) => Promise<T>): Promise<T> {
  const span = tracing.start(start);
  return endWith(span, () => work(span));
}

/** Does `work` in a span, and ends it. */
export async function endWith<T>(span: Span, work: () => Promise<T>): Promise<T> {
  try {
    return await span.run(work);
  } catch (error) {
    span.fail(error);
    throw error;
  } finally {
    span.end();
  }
}
