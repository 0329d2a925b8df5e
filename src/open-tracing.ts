import { type Context, ROOT_CONTEXT, SpanKind as SpanKinds, SpanStatusCode, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, type SpanExporter, TracerProvider } from '@opentelemetry/sdk-trace';
import { isDomainError } from './domain-error.ts';
import type { Logger } from './logger.ts';
import type { Span, SpanStart, Tracing } from './tracing.ts';

/** What a collector has not taken within it at the end is given up. */
const FLUSH_LIMIT_MS = 1_000;
/** As the exporter says that it succeeded. */
const EXPORTED = 0;

export interface OpenTracing extends Tracing {
  /** Sends what is left, within a second. Never fails: traces are no reason for an unclean end. */
  close(): Promise<void>;
}

/**
 * Traces by OpenTelemetry, sent in the background to `endpoint` by OTLP over HTTP. What does not fit in the queue is dropped.
 * The exporter reads `OTEL_EXPORTER_OTLP_HEADERS` and its other settings by itself; the service is named by
 * `OTEL_SERVICE_NAME` and `OTEL_RESOURCE_ATTRIBUTES`. Nothing global is set.
 */
export function openTracing({
  endpoint,
  instanceId,
  logger,
}: {
  /** Base address, without `/v1/traces`. */
  endpoint: string;
  instanceId: string;
  logger: Logger;
}): OpenTracing {
  const own = resourceFromAttributes({ 'service.name': 'contact-sync-gateway', 'service.instance.id': instanceId });
  const provider = new TracerProvider({
    resource: own.merge(detectResources({ detectors: [envDetector] })),
    spanProcessors: [
      new BatchSpanProcessor({
        exporter: tellingExporter(new OTLPTraceExporter({ url: `${endpoint}/v1/traces` }), endpoint, logger),
      }),
    ],
  });
  const tracer = provider.getTracer('contact-sync-gateway');
  const contexts = new AsyncLocalStorageContextManager().enable();

  function start({ name, kind = 'INTERNAL', attributes = {} }: SpanStart, parent: Context): Span {
    const span = tracer.startSpan(name, { kind: SpanKinds[kind], attributes }, parent);
    const context = trace.setSpan(ROOT_CONTEXT, span);
    return {
      run: (work) => contexts.with(context, work),
      set: (more) => void span.setAttributes(more),
      fail(failure) {
        span.setAttribute('error.type', codeOf(failure));
        span.setStatus({ code: SpanStatusCode.ERROR });
      },
      end: () => span.end(),
    };
  }

  return {
    isOn: true,
    start: (span) => start(span, contexts.active()),
    startWithin(span) {
      const parent = contexts.active();
      return trace.getSpan(parent)?.isRecording() === true ? start(span, parent) : null;
    },
    async close() {
      let timer: NodeJS.Timeout | undefined;
      const limit = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, FLUSH_LIMIT_MS);
      });
      await Promise.race([provider.shutdown().catch(() => {}), limit]);
      clearTimeout(timer);
      contexts.disable();
    },
  };
}

function codeOf(failure: unknown): string {
  if (isDomainError(failure)) return failure.code;
  if (typeof failure === 'string') return failure;
  return failure instanceof Error ? failure.name : 'unknown';
}

/** Says once when the collector stops taking traces, and once when it takes them again. */
function tellingExporter(exporter: SpanExporter, endpoint: string, logger: Logger): SpanExporter {
  let failing = false;
  return {
    export(spans, done) {
      exporter.export(spans, (result) => {
        const fails = result.code !== EXPORTED;
        if (fails && !failing) logger.warn({ endpoint, error: result.error }, 'traces are not taken, they are dropped');
        if (!fails && failing) logger.info({ endpoint }, 'traces are taken again');
        failing = fails;
        done(result);
      });
    },
    shutdown: () => exporter.shutdown(),
    forceFlush: async () => exporter.forceFlush?.(),
  };
}
