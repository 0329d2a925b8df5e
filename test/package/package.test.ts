import { execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { publint } from 'publint';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openBrowser, openPage } from '../kit/browser.ts';
import { browserTest } from '../kit/browser-test.ts';
import { type GatewayProcess, startGateway } from '../start/gateway-process.ts';
import { type InstalledPackage, installPackage } from './installed-package.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const run = promisify(execFile);
const compile = (project: string) =>
  run(process.execPath, [join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc'), '-p', project]).catch(
    ({ stdout }: { stdout: string }) => Promise.reject(new Error(stdout)),
  );

describe('the package that npm packs', () => {
  let installed: InstalledPackage;
  beforeAll(async () => {
    installed = await installPackage();
  });
  afterAll(() => installed?.[Symbol.asyncDispose]());

  test('holds what runs, what is read, and nothing else', () => {
    const { files } = installed;
    const places = ['bin/csg', 'dist/main.js', 'dist/console/index.html', 'docs/README.md', 'schema.graphql'];
    for (const place of places) expect(files).toContain(place);
    const known = [
      /^(package\.json|schema\.graphql|README\.md|ARCHITECTURE\.md|CHANGELOG\.md|SECURITY\.md|bin\/csg)$/,
      /^docs\/([\w-]+\/)*[\w-]+\.(md|png)$/,
      /^dist\/console\/(index\.html|assets\/[\w-]+\.(js|css|svg)(\.br|\.gz)?)$/,
      /^dist\/client\/[\w-]+\.d\.ts$/,
      /^dist\/(?!console\/)([\w-]+\/)*[\w-]+\.js$/,
    ];
    expect(files.filter((file) => !known.some((pattern) => pattern.test(file)))).toEqual([]);
  });

  test('cannot be published by accident', async () => {
    expect(JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')).private).toBe(true);
  });

  test('is right in the eyes of publint and of every way to resolve its types that knows ES modules', async () => {
    const tarball = installed.tarball.buffer.slice(
      installed.tarball.byteOffset,
      installed.tarball.byteOffset + installed.tarball.byteLength,
    ) as ArrayBuffer;
    const { messages } = await publint({ pack: { tarball }, strict: true });
    expect(messages).toEqual([]);

    const result = await checkPackage(createPackageFromTarballData(installed.tarball), { entrypoints: ['./client'] });
    if (result.types === false) throw new Error('the package has no types');
    // An ES module can be neither required nor found by resolvers that are older than `exports`.
    const later = result.problems.filter(
      (problem) => !('resolutionKind' in problem && ['node10', 'node16-cjs'].includes(problem.resolutionKind)),
    );
    expect(later).toEqual([]);
    expect(result.entrypoints['./client']?.resolutions.bundler.resolution).toBeTruthy();
  });

  describe('installed by a user', () => {
    let gateway: GatewayProcess;
    let url: string;
    const page = createServer((request, response) => {
      const path = request.url === '/' ? '/index.html' : (request.url ?? '');
      const file = join(installed.dir, 'react', 'dist', path);
      if (!existsSync(file)) return void response.writeHead(404).end();
      const type = { html: 'text/html', js: 'text/javascript', css: 'text/css' }[path.split('.').at(-1) ?? ''] ?? '';
      response.setHeader('content-type', type);
      void readFile(file).then((content) => response.end(content));
    });
    let origin: string;

    beforeAll(async () => {
      await new Promise<void>((resolve) => page.listen(0, '127.0.0.1', resolve));
      origin = `http://127.0.0.1:${(page.address() as AddressInfo).port}`;
      gateway = startGateway({
        cwd: installed.dir,
        program: [join(installed.dir, 'node_modules', '.bin', 'csg'), 'start'],
        settings: { CORS_ORIGINS: origin, CC_REQUESTS_PER_SECOND: '100' },
      });
      [, url = ''] = await gateway.says(/GraphQL\s+(http:\S+\/graphql)/);
    });
    afterAll(async () => {
      page.close();
      await gateway?.[Symbol.asyncDispose]();
    });

    test('has the command', async () => {
      const { version } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'));
      const { stdout } = await run('npx', ['--no-install', 'csg', '--version'], { cwd: installed.dir });
      expect(stdout.trim()).toBe(version);
    });

    test('runs the Node.js example: compiled as it stands, it follows a sync to its end', async () => {
      const example = await installed.addExample('node');
      await compile(example);
      const { stdout } = await run(process.execPath, ['dist/sync.js'], {
        cwd: example,
        env: { PATH: process.env['PATH'], GATEWAY_URL: url },
      });
      expect(stdout).toMatch(/100 % The run has succeeded\.\n\d+ contacts have unsubscribed\.\n$/);
    });

    browserTest('runs the React example: contacts, and a sync that can be watched', async () => {
      const example = await installed.addExample('react');
      await compile(example);
      // Vite reads the variables of its process: one of its own.
      const build = spawn(process.execPath, [join(ROOT, 'node_modules', 'vite', 'bin', 'vite.js'), 'build'], {
        cwd: example,
        env: { PATH: process.env['PATH'], VITE_GATEWAY_URL: url },
        stdio: ['ignore', 'ignore', 'inherit'],
      });
      expect(await new Promise((resolve) => build.on('close', resolve))).toBe(0);
      const browser = await openBrowser();
      await using opened = await openPage(browser);
      await opened.page.goto(origin);
      const rows = opened.page.locator('tbody tr');
      await rows.nth(24).waitFor();
      await opened.page.getByRole('button', { name: 'More' }).click();
      await rows.nth(49).waitFor();
      await opened.page.getByRole('button', { name: 'Sync now' }).click();
      await opened.page.getByRole('status').filter({ hasText: 'SUCCEEDED' }).waitFor();
      expect(opened.problems).toEqual([]);
      await browser.close();
    });
  });
});
