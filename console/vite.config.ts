import { readdir, readFile, writeFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

/** The highest takes ten times as long for two hundredths of the size. */
const BROTLI_QUALITY = 9;
const COMPRESSIBLE = new Set(['.js', '.css', '.svg']);

/** Writes `.br` and `.gz` beside each file, so that the gateway compresses nothing while it serves. */
function precompress(dir: string): Plugin {
  return {
    name: 'precompress',
    apply: 'build',
    async writeBundle() {
      for (const name of await readdir(dir)) {
        if (!COMPRESSIBLE.has(extname(name))) continue;
        const file = join(dir, name);
        const content = await readFile(file);
        await writeFile(`${file}.gz`, gzipSync(content, { level: 9 }));
        const params = { [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY };
        await writeFile(`${file}.br`, brotliCompressSync(content, { params }));
      }
    },
  };
}

const outDir = join(import.meta.dirname, '..', 'dist', 'console');
const GATEWAY = process.env['GATEWAY_URL'] ?? 'http://127.0.0.1:4000';

/** `npx vite console` serves the sources with the gateway of GATEWAY_URL behind them. */
export default defineConfig({
  root: import.meta.dirname,
  plugins: [react(), precompress(join(outDir, 'assets'))],
  html: {
    // The gateway puts the nonce of each answer in its place, see src/server/console.ts.
    cspNonce: 'CSP_NONCE',
  },
  build: {
    outDir,
    emptyOutDir: true,
    target: 'es2023',
    // Everything is a file of its own: the policy allows no inline content.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 800,
    rolldownOptions: { checks: { pluginTimings: false } },
  },
  server: {
    proxy: {
      '/graphql': { target: GATEWAY, ws: true },
      '/oauth': GATEWAY,
      '/health': GATEWAY,
    },
  },
});
