import { z } from 'zod';
import { silentLogger } from '../src/logger.ts';
import { createGatewayMetrics } from '../src/server/gateway-metrics.ts';
import { createMetrics } from '../src/server/metrics.ts';
import { code, generatedPage, table } from './markdown.ts';

/** What prom-client keeps of a metric; its types do not tell of the labels. */
const metric = z.object({ name: z.string(), type: z.string(), help: z.string(), labelNames: z.array(z.string()) });

/** Asked for nothing here: values are read when a server asks. */
const unasked = () => Promise.reject(new Error('There is no store to ask.'));

export function metricsReference(): string {
  const gateway = createGatewayMetrics({
    budget: { status: unasked, waiting: () => ({ INTERACTIVE: 0, PUSH_SAFETY: 0, BACKGROUND: 0 }) },
    store: {
      syncRuns: { active: unasked },
      webhookDeliveries: { depths: unasked },
      pushBatches: { countUnderWay: unasked },
    },
    logger: silentLogger,
  });
  const rows = [gateway.registry, createMetrics().registry]
    .flatMap((registry) => registry.getMetricsAsArray())
    .map((each) => metric.parse(each))
    .filter(({ name }) => name.startsWith('csg_'))
    .map(({ name, type, help, labelNames }) => [code(name), type, labelNames.map(code).join(', '), `${help}.`]);
  return generatedPage({
    title: 'Metrics',
    from: 'src/server/metrics.ts and src/server/gateway-metrics.ts',
    body: [
      'At `/metrics`, in the text format of Prometheus; where callers are asked who they are, with the scope `sync:read`. Each instance tells of itself; what is true of all of them says so.',
      table(['metric', 'type', 'labels', 'meaning'], rows),
      'Beside them stand the usual ones of Node.js and the process (`nodejs_…`, `process_…`).',
    ],
  });
}
