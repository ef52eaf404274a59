import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ConfigError, DataError, SolveError } from '../../src/errors.ts';
import { CoreError } from '../../src/index.ts';
import { command, curve, fakeLibrary, solutionOf, temporaryFolder } from './stand-ins.ts';

const CONFIG = { theory: 'finite-width', model: { width: 2, inputDimension: 40 }, seed: 'one' };
const CSV = 'a,b,y,g,note\n1,2,3,u,x\n4,5,6,u,y\n7,8,9,v,z\n';

function folder(files: Record<string, string | Uint8Array> = {}): string {
  const path = temporaryFolder();
  for (const [name, content] of Object.entries({
    'config.json': JSON.stringify(CONFIG),
    'rows.csv': CSV,
    ...files,
  })) {
    writeFileSync(join(path, name), content);
  }
  return path;
}
const read = (path: string, name: string) => readFileSync(join(path, name), 'utf8');

describe('predict, simulate and compare', () => {
  test('print a readable table on standard output and nothing else there', async () => {
    const { code, out } = await command('compare config.json', folder());
    expect(code).toBe(0);
    expect(out).toMatch(/^step +training predicted +training simulated +test predicted +test simulated/);
    expect(out).toMatch(/^20 +0\.048 ± 0\.010/m);
    expect(out.trim().split('\n').length).toBeLessThanOrEqual(17);
    expect(out).toMatch(/\n± one standard error; the bars and bands of the figure are two\.\n/);
    expect(out).toMatch(
      /\n\ntraining error: furthest apart .*\. They agree within two standard errors; one is 21 % at the end\.\n$/,
    );
  });

  test('--json prints exactly one JSON document, the rest goes to standard error', async () => {
    const warned = fakeLibrary({
      predict: async (config) => ({
        ...solutionOf('prediction', config as Record<string, unknown>),
        diagnostics: { warnings: [{ code: 'w', message: 'Beware.' }] },
      }),
    });
    const { code, out, err } = await command('predict config.json --json --out results', folder(), warned);
    expect(code).toBe(0);
    const document = JSON.parse(out);
    expect(Object.keys(document)).toEqual([
      'theory',
      'kind',
      'status',
      'times',
      'observables',
      'diagnostics',
      'manifest',
    ]);
    expect(document.observables.trainError.values).toHaveLength(21);
    expect(document.observables.trainError.unit).toBe('label²');
    expect(document.manifest.config).toEqual(CONFIG);
    expect(err).toContain('warning: Beware. [w]');
    expect(err).toContain('Wrote figure.svg');
  });

  test('compare --json prints { prediction, simulation, residual } and the manifest', async () => {
    const { out } = await command('compare config.json --json', folder());
    const document = JSON.parse(out);
    expect(Object.keys(document)).toEqual(['prediction', 'simulation', 'residual', 'manifest']);
    expect(document.prediction.theory).toBe('finite-width');
    expect(document.simulation.observables.testError.standardError).toHaveLength(21);
    expect(document.residual.trainError.values[0]).toBe(0.001);
  });

  test('--out writes figure, series and manifest', async () => {
    const path = folder();
    expect((await command('compare config.json --out deep/results --quiet', path)).err).toBe('');
    expect(readdirSync(join(path, 'deep/results')).sort()).toEqual([
      'figure.png',
      'figure.svg',
      'manifest.json',
      'series.csv',
      'series.json',
    ]);
    expect(readdirSync(join(path, 'deep'))).toEqual(['results']);
    const manifest = JSON.parse(read(path, 'deep/results/manifest.json'));
    expect(manifest).toMatchObject({
      manifestVersion: 1,
      foretrain: '0.1.0',
      core: { precision: 'exact', sha256: 'c'.repeat(64) },
      command: 'compare',
      status: 'complete',
      config: CONFIG,
    });
    expect(manifest.resultHash).toMatch(/^[0-9a-f]{64}$/);
    expect(read(path, 'deep/results/series.csv')).toMatch(
      /^step,prediction\.trainError,.*,residual\.trainError/,
    );
    expect(read(path, 'deep/results/figure.svg')).toContain('Prediction beside simulation');
    expect(JSON.parse(read(path, 'deep/results/series.json')).manifest).toEqual(manifest);
  });

  test('--seed and --limit-gib take the place of what the configuration says', async () => {
    const library = fakeLibrary();
    await command('simulate config.json --seed 7 --limit-gib 1.5', folder(), library);
    expect(library.configs[0]).toEqual({ ...CONFIG, seed: '7', limits: { memoryGiB: 1.5 } });
  });

  test('--dry-run says what it would cost and runs nothing', async () => {
    const never = () => Promise.reject(new Error('was run'));
    const library = fakeLibrary({ predict: never, simulate: never, compare: never });
    const path = folder();
    const text = await command('compare config.json --dry-run --out results', path, library);
    expect(text.code).toBe(0);
    expect(text.out).toMatch(/prediction +8 +2 MiB +1\.0e\+9 +about 1 s/);
    const json = JSON.parse((await command('predict config.json --dry-run --json', path, library)).out);
    expect(json).toMatchObject({ dryRun: true, command: 'predict', cost: { prediction: { runs: 8 } } });
    expect(readdirSync(path)).not.toContain('results');
  });

  test('--dry-run names the jobs that would be refused for their memory, with need and limit, exit code 4', async () => {
    const limits = (memoryGiB?: number) => ({
      'limited.json': JSON.stringify({ ...CONFIG, ...(memoryGiB && { limits: { memoryGiB } }) }),
    });
    const runs = { runs: 8, multiplyAdds: 1e9, seconds: 1, choices: {} };
    const library = (bytes: number) =>
      fakeLibrary({
        estimateCost: () => ({ prediction: { ...runs, bytes }, simulation: { ...runs, bytes: 1e6 } }),
        configSchema: () => ({
          properties: { limits: { properties: { memoryGiB: { default: 3 } } } },
        }),
      });
    const text = await command('compare limited.json --dry-run', folder(limits(0.01)), library(2e7));
    expect(text.code).toBe(4);
    expect(text.out).toContain(
      'WOULD BE REFUSED: the prediction needs 20 MiB of memory, limits.memoryGiB allows 10.2 MiB.',
    );
    expect(text.out).not.toContain('the simulation needs');
    const json = await command('predict limited.json --dry-run --json', folder(limits()), library(4e9));
    expect(json.code).toBe(4);
    expect(JSON.parse(json.out).refused).toEqual([{ job: 'prediction', bytes: 4e9, limitGiB: 3 }]);
    expect((await command('predict limited.json --dry-run', folder(limits()), library(3e9))).code).toBe(0);
  });

  test('--workers is at most 64, and no more threads are asked for than there are runs', async () => {
    const asked: number[] = [];
    const executor = async (workers: number) => {
      asked.push(workers);
      return {
        concurrency: workers,
        execute: () => Promise.reject(new Error('unused')),
        close: async () => {},
      };
    };
    await command('predict config.json --workers 64', folder(), fakeLibrary(), { executor });
    expect(asked).toEqual([8]);
    for (const line of ['predict config.json', 'replay manifest.json']) {
      const { code, err } = await command(`${line} --workers 3000`, folder(), fakeLibrary(), { executor });
      expect(code).toBe(2);
      expect(err).toContain('Expected a whole number ≥ 1 and ≤ 64.');
    }
  });

  test('--workers starts so many threads and closes them, also after a failure', async () => {
    const events: string[] = [];
    const executor = async (workers: number) => ({
      concurrency: workers,
      execute: () => Promise.reject(new Error('unused')),
      close: async () => void events.push(`closed ${workers}`),
    });
    await command('predict config.json --workers 3', folder(), fakeLibrary(), { executor });
    await command(
      'predict config.json --workers 2',
      folder(),
      fakeLibrary({ predict: () => Promise.reject(new Error('no')) }),
      { executor },
    );
    expect(events).toEqual(['closed 3', 'closed 2']);
  });
});

test('work of more than ten seconds is announced on standard error, unless that is unwanted', async () => {
  const slow = { runs: 8, bytes: 2e6, multiplyAdds: 1e9, seconds: 90, choices: {} };
  const library = fakeLibrary({ estimateCost: () => ({ prediction: slow, simulation: slow }) });
  const executor = async () => ({
    concurrency: 2,
    execute: () => Promise.reject(new Error('not used here')),
    close: async () => {},
  });
  expect((await command('compare config.json', folder(), library)).err).toBe(
    'About 3 min 00 s on one thread.\n',
  );
  expect((await command('predict config.json', folder(), library, { executor })).err).toBe(
    'About 1 min 30 s on one thread; it has 2.\n',
  );
  expect((await command('simulate config.json --quiet', folder(), library)).err).toBe('');
  expect((await command('simulate config.json --json', folder(), library)).err).toBe('');
  expect((await command('compare config.json', folder())).err).toBe('');
});

describe('a run that does not end well', () => {
  for (const [status, code, word] of [
    ['aborted', 130, 'ABORTED'],
    ['diverged', 4, 'DIVERGED'],
  ] as const) {
    test(`that ${status} is written with that mark in every file, exit code ${code}`, async () => {
      const path = folder();
      const library = fakeLibrary({
        predict: async (config) => solutionOf('prediction', config as Record<string, unknown>, status),
      });
      const outcome = await command('predict config.json --out results', path, library);
      expect(outcome.code).toBe(code);
      expect(outcome.out).toContain(word);
      expect(JSON.parse(read(path, 'results/manifest.json')).status).toBe(status);
      expect(JSON.parse(read(path, 'results/series.json')).status).toBe(status);
      const lines = read(path, 'results/series.csv').trim().split('\n');
      expect(lines.slice(1).every((line) => line.endsWith(`,${status}`))).toBe(true);
      expect(read(path, 'results/figure.svg')).toMatch(new RegExp(`<text[^>]*>[^<]*${word}`));
    });
  }

  test('of a comparison keeps the longer curve, with empty cells in the shorter', async () => {
    const path = folder();
    const library = fakeLibrary({
      compare: async (config) => ({
        prediction: solutionOf('prediction', config as Record<string, unknown>),
        simulation: solutionOf('simulation', config as Record<string, unknown>, 'diverged'),
        residual: {},
      }),
    });
    expect((await command('compare config.json --out results', path, library)).code).toBe(4);
    const lines = read(path, 'results/series.csv').trim().split('\n');
    expect(lines).toHaveLength(22);
    expect(lines[21].split(',').filter((cell) => cell === '')).toHaveLength(4);
  });

  test('of a comparison, cut short: the title is one line and says where the prediction was', async () => {
    const path = folder();
    const library = fakeLibrary({
      compare: async (config) => {
        const prediction = solutionOf('prediction', config as Record<string, unknown>, 'aborted');
        const { times, observables } = solutionOf('simulation', prediction.problem);
        const [trainError, testError] = Object.values(observables).map(({ values }) => curve([values[0]]));
        const simulation = {
          ...solutionOf('simulation', prediction.problem, 'aborted'),
          times: times.slice(0, 1),
          observables: { trainError, testError },
        };
        return { prediction, simulation, residual: { trainError: curve([0]), testError: curve([0]) } };
      },
    });
    const { code, out } = await command('compare config.json --out results', path, library);
    expect(code).toBe(130);
    expect(read(path, 'results/figure.svg')).toContain('>Prediction beside simulation (ABORTED at step 7)<');
    expect(out).toMatch(/^0 +1\.000 ± 0\.010 +1 /m);
    for (const row of [1, 4, 7]) expect(out).toMatch(new RegExp(`^${row} .* – .* –$`, 'm'));
    expect(out).not.toContain('furthest apart');
  });

  test('with an error leaves no folder behind', async () => {
    for (const [error, code] of [
      [new ConfigError([{ path: 'a', received: 'b', expected: 'c', remedy: 'd' }]), 2],
      [new DataError({ received: 'b', expected: 'c', remedy: 'd' }), 3],
      [new SolveError({ status: 'refused', message: 'Too large.', remedy: 'Use less.' }), 4],
      [new CoreError('trap', 'again'), 4],
      [new TypeError('a bug'), 1],
    ] as const) {
      const path = folder();
      const outcome = await command(
        'predict config.json --out results',
        path,
        fakeLibrary({ predict: () => Promise.reject(error) }),
      );
      expect(outcome.code).toBe(code);
      expect(outcome.out).toBe('');
      expect(outcome.err).toContain(code === 1 ? 'unexpected failure' : `error: ${error.message}`);
      expect(readdirSync(path)).not.toContain('results');
    }
  });

  test('for want of memory says so in one line without a stack; --json has the remedy once', async () => {
    const error = new CoreError('out of memory: 5000 MiB are needed.', 'Lower samples.');
    const library = () => fakeLibrary({ predict: () => Promise.reject(error) });
    const plain = await command('predict config.json', folder(), library());
    expect(plain.err).toBe('error: out of memory: 5000 MiB are needed. Lower samples.\n');
    const { out, code } = await command('predict config.json --json', folder(), library());
    expect(code).toBe(4);
    expect(JSON.parse(out).error).toEqual({
      name: 'CoreError',
      message: 'out of memory: 5000 MiB are needed.',
      remedy: 'Lower samples.',
      exitCode: 4,
    });
  });

  test('with an error that carries what was found by then writes that, marked', async () => {
    const path = folder();
    const partial = solutionOf('prediction', CONFIG, 'diverged');
    const error = new SolveError({
      status: 'diverged',
      message: 'It blew up.',
      remedy: 'Lower the rates.',
      partial,
    });
    const outcome = await command(
      'predict config.json --out results',
      path,
      fakeLibrary({ predict: () => Promise.reject(error) }),
    );
    expect(outcome.code).toBe(4);
    expect(outcome.err).toContain('It blew up. Lower the rates.');
    expect(JSON.parse(read(path, 'results/manifest.json')).status).toBe('diverged');
  });

  test('and --json prints the error as the one document', async () => {
    const { code, out } = await command('predict missing.json --json', folder());
    expect(code).toBe(2);
    expect(JSON.parse(out).error).toMatchObject({
      name: 'ConfigError',
      exitCode: 2,
      problems: [{ path: 'missing.json' }],
    });
  });
});

describe('a configuration file', () => {
  for (const [name, content, expected] of [
    ['empty.json', '', /empty\.json: received an empty file/],
    [
      'broken.json',
      '{\n  "theory": "finite-width",\n  "model": }',
      /broken\.json, line 3, column 12: received "}"; expected a value/,
    ],
    ['binary.json', Uint8Array.of(0xff, 0, 1, 2), /binary\.json: received binary data/],
    ['array.json', '[]', /array\.json: received an array; expected a JSON object/],
    ['number.json', '3', /number\.json: received 3; expected a JSON object/],
    ['other.json', '{}', /theory: received nothing/],
  ] as const) {
    test(`like ${name} is refused with exit code 2`, async () => {
      const { code, err, out } = await command(`predict ${name}`, folder({ [name]: content }));
      expect(code).toBe(2);
      expect(err).toMatch(expected);
      expect(out).toBe('');
    });
  }

  test('that is missing or a folder is refused with exit code 2', async () => {
    const path = folder();
    mkdirSync(join(path, 'sub'));
    expect(await command('predict nothing.json', path)).toMatchObject({
      code: 2,
      err: expect.stringContaining('no such file'),
    });
    expect(await command('predict sub', path)).toMatchObject({
      code: 2,
      err: expect.stringContaining('a folder'),
    });
    expect(await command('predict config.json/x', path)).toMatchObject({
      code: 2,
      err: expect.stringContaining('no such file'),
    });
  });
});

describe('fit', () => {
  test('reads a table, prints the curve with its interval and the stopping step, writes model and manifest', async () => {
    const path = folder();
    const library = fakeLibrary();
    const line = 'fit rows.csv --target y --features a,b --out results --model-out model.json';
    const { code, out, err } = await command(line, path, library);
    expect(code).toBe(0);
    expect(out).toMatch(/step +training error +estimated test error +95 % interval/);
    expect(out).toContain(
      'Stop at step 9 (the minimum of the estimate): estimated test error 0.19, 95 % interval 0.15 to 0.25.',
    );
    expect(err).toContain('the estimate costs 20 times plain gradient descent');
    expect(err).toContain('warning: There are few rows. [few-rows]');
    expect(library.data[0]).toEqual({
      features: { data: Float64Array.of(1, 2, 4, 5, 7, 8), shape: [3, 2] },
      labels: Float64Array.of(3, 6, 9),
      columns: ['a', 'b'],
    });
    expect(JSON.parse(read(path, 'model.json'))).toEqual({ format: 'foretrain-model' });
    const manifest = JSON.parse(read(path, 'results/manifest.json'));
    expect(manifest.data).toMatchObject({ file: 'rows.csv', bytes: CSV.length });
    expect(manifest.options).toEqual({ header: true, target: 'y', features: ['a', 'b'] });
    expect(manifest.config.data).toEqual({ standardize: true });
    expect(read(path, 'results/figure.svg')).toContain('stop: step 9');
  });

  test('turns its options into the configuration', async () => {
    const library = fakeLibrary();
    const options =
      '--estimator cross-validation --folds 5 --head all --refits 3 --width 6 --activations tanh,gelu --learning-rates 0.1,0.2,0.3 --steps 50 --one-scale --no-biases --one-standard-error --patience 9 --seed s --limit-gib 2';
    await command(`fit rows.csv --target y --drop g,note ${options}`, folder(), library);
    expect(library.configs[0]).toEqual({
      theory: 'finite-width',
      model: { width: 6, activations: ['tanh', 'gelu'], biases: false },
      optimizer: { steps: 50, learningRates: [0.1, 0.2, 0.3] },
      estimator: { kind: 'cross-validation', head: 'all', refits: 3, folds: 5 },
      stopping: { rule: 'one-standard-error', patience: 9 },
      data: { standardize: 'one-scale' },
      seed: 's',
      limits: { memoryGiB: 2 },
    });
  });

  test('has defaults for what is trained', async () => {
    const library = fakeLibrary();
    await command(
      'fit rows.csv --target y --drop g,note --no-standardize --learning-rates auto',
      folder(),
      library,
    );
    expect(library.configs[0]).toMatchObject({
      model: { width: 4, activations: ['tanh'] },
      optimizer: { steps: 200, learningRates: 'auto' },
      data: { standardize: false },
    });
  });

  test('takes a configuration whose data holds the rows; options take the place of what it says', async () => {
    const config = {
      theory: 'finite-width',
      model: { width: 2 },
      data: { features: [[1], [2]], labels: [1, 2] },
      seed: 'q',
    };
    const library = fakeLibrary();
    const path = folder({ 'fit.json': JSON.stringify(config) });
    expect((await command('fit fit.json --width 3 --out results', path, library)).code).toBe(0);
    expect(library.data[0]).toBeUndefined();
    expect(library.configs[0]).toMatchObject({
      model: { width: 3 },
      data: { features: [[1], [2]], labels: [1, 2] },
      seed: 'q',
    });
    const manifest = JSON.parse(read(path, 'results/manifest.json'));
    expect(manifest.config.data.features).toEqual([[1], [2]]);
  });

  test('leaves nonsense in a configuration for its check to find', async () => {
    const library = fakeLibrary();
    await command(
      'fit fit.json',
      folder({ 'fit.json': '{"theory": "finite-width", "model": 3, "data": [1]}' }),
      library,
    );
    expect(library.configs[0]).toMatchObject({ model: 3, data: [1] });
  });

  test('maps two classes to -1 and 1, groups rows, and shows the true error on other rows', async () => {
    const training = 'a,y,g\n1,no,u\n2,yes,v\n3,yes,v\n';
    const path = folder({ 'rows.csv': training, 'other.csv': 'y,a,extra\nno,5,1\nyes,6,2\n' });
    const library = fakeLibrary();
    const { code, out, err } = await command(
      'fit rows.csv --target y --group g --test other.csv --json',
      path,
      library,
    );
    expect(code).toBe(0);
    expect(err).toContain('no counts as -1, yes as 1.');
    expect(Array.from(library.data[0]!.labels)).toEqual([-1, 1, 1]);
    expect(library.data[0]!.groups).toEqual(['u', 'v', 'v']);
    const document = JSON.parse(out);
    expect(document.stopping.step).toBe(9);
    expect(document.observables.testError.values).toHaveLength(21);
    expect(document.manifest.options).toEqual({
      header: true,
      target: 'y',
      features: ['a'],
      group: 'g',
      classes: ['no', 'yes'],
    });
    expect(document.manifest.data.test.file).toBe('other.csv');
  });

  test('--dry-run tells what it would cost beside plain gradient descent and cross-validation', async () => {
    const { out, code } = await command('fit rows.csv --target y --drop g,note --dry-run', folder());
    expect(code).toBe(0);
    expect(out).toMatch(/plain gradient descent +1\.0e\+6 +1 ×/);
    expect(out).toMatch(/this estimate \(tangent\) +2\.0e\+7 +20 ×/);
  });

  test('--dry-run counts the rows of --test', async () => {
    const seen: unknown[] = [];
    const plain = fakeLibrary();
    const library = fakeLibrary({
      fitCost: (data, config, options) => {
        seen.push(Array.from(options?.test?.labels ?? []));
        return plain.fitCost(data, config, options);
      },
    });
    const path = folder({ 'other.csv': CSV });
    await command('fit rows.csv --target y --drop g,note --test other.csv --dry-run', path, library);
    expect(seen).toEqual([
      CSV.trim()
        .split('\n')
        .slice(1)
        .map((line) => Number(line.split(',')[2])),
    ]);
  });

  for (const [line, code, expected] of [
    ['fit rows.csv', 2, /Which column is to be predicted.*Columns: a, b, y, g, note/],
    ['fit rows.csv --target z', 3, /no column "z"/],
    ['fit rows.csv --target y --drop noet', 3, /no column "noet".*Did you mean "note"/],
    ['fit rows.csv --target y', 3, /line 2, column "g": received "u"; expected a number.*Drop the column/],
    [
      'fit rows.csv --target note --features a',
      3,
      /column "note": received 3 different texts; expected numbers, or two classes/,
    ],
    ['fit rows.csv --target y --features a,y', 2, /"y" is among --features, but it is the target/],
    ['fit rows.csv --target y --drop a,b,g,note', 3, /no column beside the target/],
    ['fit rows.csv --target y --features a --test nothing.csv', 3, /nothing\.csv: received no such file/],
    ['fit rows.csv --target y --features a --test other.csv', 3, /other\.csv: received no column "y"/],
    ['fit nothing.csv --target y', 3, /nothing\.csv: received no such file/],
    ['fit empty.csv --target y', 3, /empty\.csv: received an empty file/],
    ['fit rows.csv --target y --head some', 2, /Expected auto, all or a whole number/],
    ['fit rows.csv --target y --learning-rates 1,x', 2, /Expected "auto", or numbers/],
    ['fit rows.csv --target y --width 0', 2, /Expected a whole number ≥ 1/],
    ['fit rows.csv --target y --estimator magic', 2, /Allowed choices are tangent/],
    ['fit rows.csv --target y --unknown', 2, /unknown option '--unknown'/],
    ['fit', 2, /missing required argument 'data'/],
    [
      'fit rows.csv --target y --features a --model-out rows.csv/m.json',
      2,
      /Cannot write rows\.csv\/m\.json: .*rows\.csv is a file/,
    ],
  ] as const) {
    test(`"${line}" ends with exit code ${code} and says why`, async () => {
      const path = folder({ 'other.csv': 'a\n1\n2\n', 'empty.csv': '' });
      const outcome = await command(`${line} --out results`, path);
      expect(outcome.err).toMatch(expected);
      expect(outcome.code).toBe(code);
    });
  }
});

describe('a target with decimal commas', () => {
  for (const [what, rows] of [
    ['many values', 'a;y\n1;0,5\n2;1,5\n3;2,5\n'],
    ['two values', 'a;y\n1;0,5\n2;1,5\n3;1,5\n'],
    ['some points', 'a;y\n1;0,5\n2;1.5\n3;2\n'],
  ]) {
    test(`(${what}) is not taken for classes: line, column and remedy`, async () => {
      const { code, err } = await command('fit rows.csv --target y', folder({ 'rows.csv': rows }));
      expect(err).toBe(
        'error: rows.csv, line 2, column "y": received "0,5", a decimal comma; expected a number with a decimal point. Write a decimal point in place of the comma.\n',
      );
      expect(code).toBe(3);
    });
  }
});

describe('a place that cannot be written', () => {
  const never = () => Promise.reject(new Error('was run'));
  const library = () => fakeLibrary({ predict: never, fit: never });
  for (const [what, line, expected] of [
    [
      'a pseudo file system',
      'predict config.json --out /proc/foretrain/results',
      /\/proc may not be written/,
    ],
    ['one of its folders', 'predict config.json --out /proc/self/results', /may not be written to \(E/],
    [
      'a folder that is missing',
      'fit rows.csv --target y --features a --model-out no/m.json',
      /there is no folder .*no\./,
    ],
    ['a pseudo folder', 'fit rows.csv --target y --features a --model-out /proc/m.json', /\/proc may not be/],
  ] as const) {
    test.runIf(process.platform === 'linux')(`(${what}) is refused before the run, exit code 2`, async () => {
      const path = folder();
      const before = readdirSync(path);
      const { code, err } = await command(line, path, library());
      expect(err).toMatch(expected);
      expect(err).toMatch(/^error: Cannot write /);
      expect(code).toBe(2);
      expect(readdirSync(path)).toEqual(before);
    });
  }

  test('does not mean the folder of the results, in which the model may be put', async () => {
    const path = folder();
    const line = 'fit rows.csv --target y --features a,b --out results --model-out results/model.json';
    expect((await command(line, path)).code).toBe(0);
    expect((await command(line, path)).code).toBe(0);
    expect(readdirSync(join(path, 'results'))).toContain('model.json');
  });
});

describe('the result folder', () => {
  test('replaces an earlier result, and nothing else', async () => {
    const path = folder();
    await command('predict config.json --out results', path);
    const before = read(path, 'results/manifest.json');
    await command('compare config.json --out results', path);
    expect(read(path, 'results/manifest.json')).not.toBe(before);
    writeFileSync(join(path, 'results/thesis.tex'), 'mine');
    const outcome = await command('predict config.json --out results', path);
    expect(outcome.code).toBe(2);
    expect(outcome.err).toContain('results holds thesis.tex, which is no result of foretrain');
    expect(read(path, 'results/thesis.tex')).toBe('mine');
    expect((await command('predict config.json --out config.json', path)).err).toContain(
      'config.json is a file',
    );
    expect(readdirSync(path).filter((name) => name.startsWith('.'))).toEqual([]);
  });
});

describe('help', () => {
  test('lists commands, examples and exit codes; no command at all is a usage error', async () => {
    const { code, out } = await command('--help', folder());
    expect(code).toBe(0);
    for (const word of ['predict', 'simulate', 'compare', 'fit', 'schema', 'replay', 'Exit codes:', '130'])
      expect(out).toContain(word);
    expect((await command('', folder())).code).toBe(2);
    expect(await command('fti x', folder())).toMatchObject({
      code: 2,
      err: expect.stringContaining('Did you mean fit?'),
    });
    expect(await command('--version', folder())).toMatchObject({ code: 0, out: '0.1.0\n' });
  });

  test('schema prints JSON', async () => {
    const { code, out } = await command('schema finite-width', folder());
    expect(code).toBe(0);
    expect(JSON.parse(out)).toEqual({ title: 'finite-width' });
    expect((await command('schema finite-width --json', folder())).out).toBe(out);
  });
});
