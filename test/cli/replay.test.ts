import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import * as real from '../../src/index.ts';
import { command, curve, fakeLibrary, solutionOf, temporaryFolder } from './stand-ins.ts';

let path = '';

async function record(line: string): Promise<void> {
  path = temporaryFolder();
  writeFileSync(join(path, 'config.json'), JSON.stringify({ theory: 'finite-width', seed: 'one' }));
  writeFileSync(join(path, 'rows.csv'), 'a,y\n1,2\n3,4\n5,7\n');
  writeFileSync(join(path, 'other.csv'), 'a,y\n1,2\n3,5\n');
  expect((await command(`${line} --out results`, path)).code).toBe(0);
}

function edit(change: (manifest: Record<string, unknown>) => void): void {
  const file = join(path, 'results/manifest.json');
  const manifest = JSON.parse(readFileSync(file, 'utf8'));
  change(manifest);
  writeFileSync(file, JSON.stringify(manifest));
}

const replay = (options = '', library = fakeLibrary()) =>
  command(`replay results/manifest.json ${options}`, path, library);

describe('replay of predict, simulate and compare', () => {
  for (const name of ['predict', 'simulate', 'compare']) {
    test(`${name}: the same bits, exit code 0`, async () => {
      await record(`${name} config.json`);
      const { code, out } = await replay();
      expect(out).toContain('Every bit of the results is the same.');
      expect(code).toBe(0);
    });
  }

  test('other bits: exit code 5, both hashes printed', async () => {
    await record('predict config.json');
    const library = fakeLibrary({
      predict: async (config) => {
        const solution = solutionOf('prediction', config as Record<string, unknown>);
        return { ...solution, observables: { ...solution.observables, trainError: curve([1]) } };
      },
    });
    const { code, out } = await replay('--json', library);
    expect(code).toBe(5);
    const document = JSON.parse(out);
    expect(document.same).toBe(false);
    expect(document.recorded).not.toBe(document.replayed);
  });
});

describe('replay of width, sweep, phase, certify and samples', () => {
  const chaos = {
    theory: 'propagation-of-chaos',
    model: { inputDimension: 8, activation: { kind: 'hermite', degree: 2 } },
    optimizer: { stepSize: 0.1, steps: 12 },
    prediction: { envelopeTimes: 20 },
  };
  const sphere = {
    theory: 'mean-field-convergence',
    model: { width: 50, activation: 'relu' },
    data: { kind: 'sphere', sampleCount: 4, dimension: 8 },
    flow: { time: 50, records: 4 },
    simulation: { replicas: 2 },
  };
  const quadratic = {
    theory: 'quadratic-networks',
    model: { widthRatio: 0.5 },
    data: { sampleRatio: 0.5, teacherWidthRatio: 0.3, noiseVariance: 0.5 },
    optimizer: { kind: 'stationary', weightDecay: 0.01 },
  };
  const cases = [
    ['width config.json --tolerance 0.2', chaos],
    ['width config.json --tolerance 0.2 --horizon 0.73 --check --replicas 3 --seed other', chaos],
    ['sweep config.json --over dimension --values 8,2', sphere],
    ['phase config.json --x kappa=0.2..1:4 --y lambda=0.001..1:3:log', quadratic],
    ['certify config.json --time 600', sphere],
    ['samples config.json --error 0.5', quadratic],
    ['samples config.json', quadratic],
  ] as const;

  async function recorded(line: string, config: object): Promise<void> {
    path = temporaryFolder();
    writeFileSync(join(path, 'config.json'), JSON.stringify(config));
    expect((await command(`${line} --out results --quiet`, path, real)).code).toBe(0);
  }

  for (const [line, config] of cases) {
    test(`${line}: the same bits, exit code 0`, async () => {
      await recorded(line, config);
      const { manifest } = JSON.parse(readFileSync(join(path, 'results/series.json'), 'utf8'));
      expect(manifest).toEqual(JSON.parse(readFileSync(join(path, 'results/manifest.json'), 'utf8')));
      const { code, out, err } = await replay('--quiet', real as never);
      expect({ code, err }).toEqual({ code: 0, err: '' });
      expect(out).toContain('Every bit of the results is the same.');
    });
  }

  test('another question or configuration gives other bits: exit code 5', async () => {
    await recorded(...cases[0]);
    edit(({ options }) => Object.assign(options as object, { tolerance: 0.3 }));
    expect(await replay('--quiet', real as never)).toMatchObject({ code: 5 });
    await recorded(...cases[2]);
    edit(({ config }) => Object.assign(config as object, { seed: 'another' }));
    expect(await replay('--quiet', real as never)).toMatchObject({ code: 5 });
    await recorded(...cases[3]);
    edit(({ options }) => Object.assign((options as { x: object }).x, { values: [0.2, 0.3, 0.4, 0.5] }));
    expect(await replay('--quiet', real as never)).toMatchObject({ code: 5 });
    await recorded(...cases[4]);
    edit(({ config }) => Object.assign(config as object, { seed: 'another' }));
    expect(await replay('--quiet', real as never)).toMatchObject({ code: 5 });
    await recorded(...cases[5]);
    edit(({ options }) => Object.assign(options as object, { error: 0.6 }));
    expect(await replay('--quiet', real as never)).toMatchObject({ code: 5 });
  });

  test('a manifest without its question is refused with exit code 2', async () => {
    await recorded(...cases[2]);
    edit((manifest) => Object.assign(manifest, { options: { over: 'dimension' } }));
    expect(await replay('', real as never)).toMatchObject({
      code: 2,
      err: expect.stringMatching(/values/),
    });
  });
});

describe('replay of fit', () => {
  beforeEach(() => record('fit rows.csv --target y --test other.csv'));

  test('finds the data by name beside the results', async () => {
    expect(await replay('--quiet')).toMatchObject({ code: 0 });
  });

  test('takes the data from where it is told', async () => {
    renameSync(join(path, 'rows.csv'), join(path, 'moved.csv'));
    expect(await replay()).toMatchObject({
      code: 3,
      err: expect.stringMatching(/rows\.csv: received no such file.*--data FILE/),
    });
    expect(await replay('--data moved.csv')).toMatchObject({ code: 0 });
  });

  test('refuses data with other content', async () => {
    writeFileSync(join(path, 'rows.csv'), 'a,y\n1,2\n3,4\n5,8\n');
    expect(await replay()).toMatchObject({ code: 3, err: expect.stringContaining('received other content') });
    expect(await replay('--data rows.csv')).toMatchObject({ code: 3 });
  });
});

describe('a manifest', () => {
  beforeEach(() => record('predict config.json'));

  test('that is a configuration or a series file is called that in one line, exit code 2', async () => {
    const config = await command('replay config.json', path);
    expect(config.err).toMatch(
      /^error: [^\n]*config\.json: received a configuration, not a manifest;[^\n]*\n$/,
    );
    expect(config.err).toContain('foretrain compare config.json --out results');
    expect(config.code).toBe(2);
    for (const line of ['predict config.json', 'compare config.json']) {
      await command(`${line} --out results`, path);
      const series = await command('replay results/series.json', path);
      expect(series.err).toMatch(/^error: [^\n]*received a series file, not a manifest;[^\n]*beside it\.\n$/);
      expect(series.code).toBe(2);
    }
  });

  test('of another format version is refused with exit code 5', async () => {
    edit((manifest) => Object.assign(manifest, { manifestVersion: 2, foretrain: '9.9.9' }));
    const { code, err } = await replay('--allow-other-core');
    expect(code).toBe(5);
    expect(err).toMatch(
      /manifestVersion 2; this foretrain 0\.1\.0 reads version 1\. Replay it with foretrain 9\.9\.9/,
    );
  });

  test('of another foretrain or core is refused with exit code 5, unless that is allowed', async () => {
    edit((manifest) =>
      Object.assign(manifest, { foretrain: '0.0.9', core: { precision: 'exact', sha256: 'd'.repeat(64) } }),
    );
    const { code, err } = await replay();
    expect(code).toBe(5);
    expect(err).toMatch(
      /made by foretrain 0\.0\.9, this is 0\.1\.0; core dddddddddddd…, this one is cccccccccccc….*--allow-other-core/,
    );
    expect(await replay('--allow-other-core')).toMatchObject({ code: 0 });
  });

  test('of an aborted run has nothing to compare with', async () => {
    edit((manifest) => Object.assign(manifest, { status: 'aborted' }));
    expect(await replay()).toMatchObject({ code: 5, err: expect.stringContaining('aborted') });
  });

  test('that is none is refused with exit code 2 and every problem', async () => {
    edit((manifest) => {
      delete manifest.config;
      Object.assign(manifest, { resultHash: 'short', comand: 'predict' });
    });
    const { code, err } = await replay();
    expect(code).toBe(2);
    expect(err).toMatch(/The manifest has 3 problems/);
    writeFileSync(join(path, 'results/manifest.json'), '{}');
    expect((await replay()).code).toBe(2);
    writeFileSync(join(path, 'results/manifest.json'), '');
    expect((await replay()).code).toBe(2);
  });
});
