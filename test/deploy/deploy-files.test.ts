import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { parseConfig, SETTING_NAMES } from '../../src/config.ts';

// No container is started here: what the files say is held against what the gateway reads.

const ROOT = join(import.meta.dirname, '..', '..');
const text = (file: string) => readFile(join(ROOT, file), 'utf8');
const known = new Set<string>(SETTING_NAMES);
const API_KEYS = `shop:admin:${'0'.repeat(64)}`;

interface Instruction {
  readonly word: string;
  readonly rest: string;
}

/** Those of hadolint's rules that concern what a Dockerfile of ours can do wrong: whether the instructions break one. */
const HADOLINT: Readonly<Record<string, (instructions: readonly Instruction[]) => boolean>> = {
  'DL3000 absolute WORKDIR': (all) => restsOf(all, 'WORKDIR').some((path) => !path.startsWith('/')),
  'DL3002 last USER is not root': (all) => /^(root|0)?$/.test(restsOf(all, 'USER').at(-1) ?? ''),
  'DL3003 WORKDIR instead of cd': (all) => restsOf(all, 'RUN').some((command) => /\bcd\s/.test(command)),
  'DL3004 no sudo': (all) => restsOf(all, 'RUN').some((command) => /\bsudo\b/.test(command)),
  'DL3006 tagged images': (all) => imagesOf(all).some((image) => !image.includes(':')),
  'DL3007 no latest': (all) => imagesOf(all).some((image) => image.endsWith(':latest')),
  'DL3020 COPY instead of ADD': (all) => restsOf(all, 'ADD').length > 0,
  'DL3022 COPY --from names a stage': (all) =>
    restsOf(all, 'COPY').some((rest) => {
      const [, stage] = /--from=(\S+)/.exec(rest) ?? [];
      return stage !== undefined && !restsOf(all, 'FROM').some((from) => from.endsWith(` AS ${stage}`));
    }),
  'DL3025 CMD as JSON': (all) => restsOf(all, 'CMD').some((command) => !command.startsWith('[')),
  'DL3027 apt-get instead of apt': (all) => restsOf(all, 'RUN').some((command) => /\bapt\s/.test(command)),
  'DL4003 one CMD a stage': (all) => {
    const stages = all
      .map(({ word }) => word)
      .join(' ')
      .split('FROM');
    return stages.some((stage) => stage.split(' ').filter((word) => word === 'CMD').length > 1);
  },
  'DL4006 pipefail before a pipe': (all) =>
    restsOf(all, 'SHELL').length === 0 && restsOf(all, 'RUN').some((command) => /[^|]\|[^|]/.test(command)),
};

const restsOf = (all: readonly Instruction[], wanted: string) =>
  all.filter(({ word }) => word === wanted).map(({ rest }) => rest);
const imagesOf = (all: readonly Instruction[]) => restsOf(all, 'FROM').map((from) => from.split(' ')[0] ?? '');

/** The rules that a Dockerfile breaks. */
function lint(dockerfile: string): string[] {
  const lines = dockerfile.replaceAll('\\\n', ' ').split('\n');
  const instructions = lines.flatMap((line): Instruction[] => {
    const [, word, rest = ''] = /^([A-Z]+)\s+(.*)$/.exec(line) ?? [];
    return word === undefined ? [] : [{ word, rest }];
  });
  return Object.entries(HADOLINT).flatMap(([rule, isBroken]) => (isBroken(instructions) ? [rule] : []));
}

describe('the files to deploy by', () => {
  test('the image runs as somebody without rights, knows its settings, and is asked for its health', async () => {
    const dockerfile = await text('Dockerfile');
    const [, final = ''] = dockerfile.split(/^FROM (?!.* AS )/m);
    expect(final).toMatch(/^USER node$/m);
    expect(final).toContain('/health/live');
    const [, settings = ''] = /^ENV (.*)$/m.exec(final) ?? [];
    const names = [...settings.matchAll(/([A-Z_]+)=/g)].flatMap(([, name]) => name ?? []);
    expect(names.filter((name) => !known.has(name))).toEqual(['NODE_ENV']);
    for (const from of dockerfile.matchAll(/^FROM (\S+)/gm)) expect(from[1]).toMatch(/:(?!latest)[\w.-]+$/);
    const command = JSON.parse(/^CMD (\[.*\])$/m.exec(final)?.[1] ?? '[]');
    const { scripts } = JSON.parse(await text('package.json'));
    expect(final).toContain('NODE_ENV=production');
    expect(scripts.start).toBe(`NODE_ENV=\${NODE_ENV:-production} exec ${command.join(' ')}`);
  });

  test('the Dockerfile keeps the rules of hadolint', async () => {
    expect(lint(await text('Dockerfile'))).toEqual([]);
    const bad =
      'FROM a\nFROM node:latest AS a\nADD x x\nWORKDIR app\nRUN cd x && sudo apt install y | z\nCMD node x\nCMD node y\nCOPY --from=b x y\n';
    expect(new Set(lint(bad))).toEqual(new Set(Object.keys(HADOLINT)));
  });

  test('the image is built of all that the build reads, and of nothing else', async () => {
    const lines = (await text('.dockerignore')).split('\n').filter((line) => line !== '');
    expect(lines[0]).toBe('*');
    for (const line of lines.slice(1)) expect(existsSync(join(ROOT, line.slice(1))), line).toBe(true);
  });

  test('compose starts two gateways with settings that they take, on a MongoDB that is ready', async () => {
    const { services } = parse(await text('compose.yaml'), { merge: true });
    const gateways = Object.entries<Record<string, unknown>>(services).filter(([name]) => name.startsWith('gateway'));
    expect(gateways).toHaveLength(2);
    for (const [, gateway] of gateways) {
      const environment = gateway['environment'] as Record<string, string>;
      expect(Object.keys(environment).filter((name) => !known.has(name))).toEqual([]);
      expect(parseConfig({ ...environment, HOST: '0.0.0.0', API_KEYS }).primary).toMatchObject({ kind: 'account' });
      expect(services.sandbox.ports).toContain(`127.0.0.1:${environment['PORT']}:${environment['PORT']}`);
      expect(gateway['depends_on']).toMatchObject({ mongo: { condition: 'service_healthy' } });
    }
    expect(services.mongo.healthcheck.test).toContain('rs.initiate');
    // The gateways live in the network of the sandbox: after a restart of the machine none comes up without it.
    for (const [name, service] of Object.entries<Record<string, unknown>>(services))
      expect(service['restart'], name).toBe('unless-stopped');
  });

  test('Kubernetes asks the addresses that the gateway has, and gives it time to stop', async () => {
    const [deployment] = parseAllDocuments(await text('deploy/kubernetes.yaml')).map((document) => document.toJS());
    const { containers, terminationGracePeriodSeconds } = deployment.spec.template.spec;
    expect(terminationGracePeriodSeconds).toBeGreaterThanOrEqual(15);
    const [{ env, startupProbe, livenessProbe, readinessProbe }] = containers;
    expect(env.map(({ name }: { name: string }) => name).filter((name: string) => !known.has(name))).toEqual([]);
    expect(startupProbe.httpGet.path).toBe('/health/live');
    expect(startupProbe.periodSeconds * startupProbe.failureThreshold).toBeGreaterThanOrEqual(600);
    expect(livenessProbe.httpGet.path).toBe('/health/live');
    expect(readinessProbe.httpGet.path).toBe('/health/ready');
  });

  test('the workflow runs what CI runs, on each Node.js that is promised, and the suite on a replica set', async () => {
    const { jobs } = parse(await text('.github/workflows/ci.yml'));
    const { engines } = JSON.parse(await text('package.json'));
    expect(jobs['check-and-test'].strategy.matrix.node).toContain(engines.node.replace('>=', ''));
    expect(jobs['check-and-test'].steps.at(-1).run).toBe('bash .ci/run');
    expect(jobs['replica-set'].steps.at(-1).env.MONGODB_TEST_URI).toContain('replicaSet=');
  });
});
