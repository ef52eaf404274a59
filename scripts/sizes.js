// What a page would load: raw and gzip sizes of the built entries, each with the limit that test/package.test.ts holds.
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));

/** KiB gzipped; a limit leaves about a tenth over what was measured. Raise it knowingly. */
const limits = () => [
  { name: 'core, exact', file: 'build/core/exact.wasm', limit: 75 },
  { name: 'core, fast', file: 'build/core/fast.wasm', limit: 75 },
  { name: 'foretrain', code: "export * from './build/esm/index.js'", limit: 220 },
  ...readdirSync(`${root}build/theories`)
    .filter((file) => !file.startsWith('foretrain-'))
    .map((file) => ({
      name: `foretrain/theories/${file.replace('.js', '')}`,
      file: `build/theories/${file}`,
      limit: 125,
    })),
  { name: 'foretrain/numerics', code: "export * from './build/esm/numerics.js'", limit: 100 },
  { name: 'foretrain/slim (no core)', code: "export * from './build/slim/slim.js'", limit: 130 },
  { name: 'foretrain/browser', file: 'build/browser/foretrain.js', limit: 220 },
  { name: 'foretrain/browser/worker', file: 'build/browser/worker.js', limit: 190 },
];

/** The bytes that a page has for `code`, without the fast core, which it loads only when asked for. */
async function bundled(code) {
  const { outputFiles } = await build({
    stdin: { contents: code, resolveDir: root },
    absWorkingDir: root,
    bundle: true,
    format: 'esm',
    target: 'es2022',
    minify: true,
    splitting: true,
    outdir: 'bundle',
    write: false,
    logLevel: 'warning',
    // Chunks import others for their order alone.
    logOverride: { 'ignored-bare-import': 'silent' },
  });
  const page = outputFiles.filter(({ path }) => !/fast\.inline/.test(path));
  return Buffer.concat(page.map(({ contents }) => contents));
}

/** [{ name, raw, gzip, limit }] in KiB, of what is in build/. */
export async function sizes() {
  return Promise.all(
    limits().map(async ({ name, file, code, limit }) => {
      const bytes = file ? readFileSync(root + file) : await bundled(code);
      return { name, raw: bytes.length / 1024, gzip: gzipSync(bytes, { level: 9 }).length / 1024, limit };
    }),
  );
}
