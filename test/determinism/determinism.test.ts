import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import * as library from '../../src/index.ts';
import { nodeWorkers } from '../../src/worker/node.ts';
// @ts-expect-error plain JavaScript, shared with the other runtimes
import { browserPath, withPage } from '../chromium.js';
// @ts-expect-error plain JavaScript, shared with the other runtimes
import { hashes } from './workload.js';

const here = await hashes(library);
const at = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const node24 = at('build/runtimes/node_modules/node/bin/node');

describe('the same bits everywhere', () => {
  it('from a second run and from the built library', () => {
    const built = JSON.parse(
      execFileSync(process.execPath, [at('test/determinism/print.js')], { encoding: 'utf8' }),
    );
    expect(built).toEqual(here);
  });

  it.each([1, 2, 3])('with %d workers', async (workers) => {
    const executor = nodeWorkers(workers, new URL('../../build/cli/worker.js', import.meta.url));
    try {
      expect(await hashes(library, { executor })).toEqual(here);
    } finally {
      await executor.close();
    }
  });

  // Installed by .ci/run: npm install --prefix build/runtimes --no-save node@24
  it.skipIf(!existsSync(node24))('in Node 24', () => {
    expect(execFileSync(node24, ['--version'], { encoding: 'utf8' })).toMatch(/^v24/);
    expect(JSON.parse(execFileSync(node24, [at('test/determinism/print.js')], { encoding: 'utf8' }))).toEqual(
      here,
    );
  });

  it.skipIf(!existsSync(node24))(
    'the fast build is another core with other roundings: within 1e-12 of the exact one',
    () => {
      const printed = execFileSync(node24, [at('test/determinism/print.js'), '--fast'], { encoding: 'utf8' });
      const { gap, core } = JSON.parse(printed);
      expect(core).not.toBe(here.core);
      expect(gap).toBeLessThan(1e-12);
    },
  );

  it('where relaxed SIMD is missing, precision "fast" says so', async () => {
    const supported = await library.coreHash('fast').then(
      () => true,
      (error: Error) => error.message,
    );
    if (supported !== true) expect(supported).toMatch(/relaxed SIMD.*precision 'exact'/s);
  });

  // Needs a Chromium: Debian's, or CHROMIUM_PATH.
  it.skipIf(!browserPath)('in Chromium', async () => {
    // biome-ignore lint/suspicious/noExplicitAny: a playwright page
    const inBrowser = await withPage(async (page: any, origin: string) => {
      await page.goto(`${origin}/test/determinism/blank.html`);
      // As text: the test runner rewrites imports of functions that it sees.
      return page.evaluate(`(async () => {
        const { hashes } = await import('/test/determinism/workload.js');
        return hashes(await import('/build/browser/foretrain.js'));
      })()`);
    });
    expect(inBrowser).toEqual(here);
  });
});
