// certify and sweep with the real library on small networks, and rows from a table in place of a configuration's data.
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import * as library from '../../src/index.ts';
import { command, temporaryFolder } from './stand-ins.ts';

const config = {
  theory: 'mean-field-convergence',
  model: { width: 100, activation: 'relu' },
  data: { kind: 'sphere', sampleCount: 4, dimension: 8 },
  flow: { time: 200, records: 4 },
  simulation: { replicas: 2 },
};

const table = 'a,b,y\n1,200,3\n2,100,5\n-1,250,9\n0.5,120,2\n4,90,7\n';

function folder(): string {
  const cwd = temporaryFolder();
  writeFileSync(join(cwd, 'config.json'), JSON.stringify(config));
  writeFileSync(join(cwd, 'rows.csv'), table);
  return cwd;
}

const run = (line: string, cwd = folder()) => command(line, cwd, library);

describe('certify', () => {
  it('answers on one page: verdict, guarantee, threshold, observation, and what certificates are not', async () => {
    const { code, out } = await run('certify config.json --time 600 --quiet');
    expect(code).toBe(0);
    expect(out).toMatch(/^Guaranteed to converge, from a state on that training reached\./);
    for (const part of ['L(t) ≤', 'certificate (C1)', 'from scale', 'The loss went to', 'not in the paper'])
      expect(out.replace(/\s+/g, ' ')).toContain(part);
    expect(Math.max(...out.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100);
  });

  it('options change the network that is asked about; a large scale is certified from the start', async () => {
    const { out } = await run('certify config.json --scale 1000 --width 60 --time 10 --json --quiet');
    const { verdict, guarantee, scale, problem } = JSON.parse(out);
    expect(verdict).toBe('certified');
    expect(guarantee.from).toEqual({ time: 0, share: 1 });
    expect([scale, problem.model.width, problem.flow.time]).toEqual([1000, 60, 10]);
  });

  it('a table: standardised, with a frozen layer as it has fewer columns than rows; the document names the file', async () => {
    const { code, out } = await run('certify rows.csv --target y --time 20 --json --quiet');
    expect(code).toBe(0);
    const { problem, status } = JSON.parse(out);
    expect(status).toBe('complete');
    expect(problem.model.frozenLayers).toHaveLength(1);
    expect(problem.data.file).toBe('rows.csv');
  });

  it('--test: the error on those rows stands on the page, beside that of a constant', async () => {
    const cwd = folder();
    writeFileSync(join(cwd, 'other.csv'), 'a,b,y\n1,150,4\n3,120,6\n');
    const line = 'certify rows.csv --target y --test other.csv --time 20 --quiet';
    const { out } = await run(line, cwd);
    const { testError, constantError } = JSON.parse((await run(`${line} --json`, cwd)).out).simulation
      .observables;
    const shown = /Mean squared error on 2 rows at the end: (\S+), from .* training labels has (\S+)\.$/m;
    const [, last, constant] = shown.exec(out.replace(/\n {2,}/g, ' '))!;
    expect(Number(last)).toBeCloseTo(testError.values.at(-1), 3);
    expect(Number(constant)).toBeCloseTo(constantError.values, 3);
    expect((await run('certify rows.csv --target y --time 20 --quiet', cwd)).out).not.toContain('test rows');
  });

  it('--dry-run tells the cost of one training as the configuration has it', async () => {
    const cwd = folder();
    const single = { ...config, simulation: { replicas: 2, dtype: 'float32' } };
    writeFileSync(join(cwd, 'single.json'), JSON.stringify(single));
    const { code, out } = await run('certify single.json --dry-run --json', cwd);
    expect(code).toBe(0);
    expect(JSON.parse(out).cost.simulation).toMatchObject({ runs: 1, choices: { dtype: 'float32' } });
    const mistyped = { ...config, simulation: { replicsa: 2 } };
    writeFileSync(join(cwd, 'single.json'), JSON.stringify(mistyped));
    expect((await run('certify single.json --dry-run', cwd)).code).toBe(2);
  });

  it('--out: the verdict over the curves of its training, all numbers, and a manifest that replays without the table', async () => {
    const cwd = folder();
    const { code, out } = await run('certify config.json --time 600 --out answer --quiet --json', cwd);
    expect(code).toBe(0);
    const read = (name: string) => readFileSync(join(cwd, 'answer', name), 'utf8');
    expect(read('figure.svg')).toContain('Guaranteed to converge, from a state on that training reached');
    expect(read('figure.svg')).toContain('guaranteed from here on');
    expect(read('series.csv').split('\n')[0]).toContain('simulation.trainError');
    expect(out).toBe(read('series.json'));
    const { verdict, simulation, manifest } = JSON.parse(out);
    expect(verdict).toBe('certified-on-the-way');
    expect(simulation.observables.restartBound.values).toHaveLength(5);
    expect(manifest.command).toBe('certify');
    await run('certify rows.csv --target y --time 20 --out rows --quiet', cwd);
    rmSync(join(cwd, 'rows.csv'));
    expect((await run('replay rows/manifest.json --quiet', cwd)).out).toMatch(/Every bit/);
  });

  it('rows that contradict each other: impossible, and no advice to train longer', async () => {
    const cwd = folder();
    writeFileSync(join(cwd, 'twins.csv'), 'a,b,y\n1,2,1\n1,2,-1\n0,1,1\n');
    const { out, err } = await run('certify twins.csv --target y --no-standardize --time 20 --quiet', cwd);
    expect(out).toMatch(/^Impossible/);
    expect(err).toMatch(/contradictory-rows/);
    expect(err).not.toMatch(/unfinished/);
  });

  it('large numbers are few digits and an exponent, on the page and in the summary', async () => {
    const cwd = folder();
    writeFileSync(join(cwd, 'near.csv'), 'a,b,c,y\n1,2,0,1\n1,2.01,0,-1\n0,1,1,1\n');
    const line = 'certify near.csv --target y --no-standardize --time 2 --quiet';
    const { out } = await run(line, cwd);
    expect(out).toMatch(/at a width of about\s+1\.19e13;/);
    const { summary, thresholdWidth } = JSON.parse((await run(`${line} --json`, cwd)).out);
    expect(summary).toContain('at a width of about 1.19e13.');
    expect(thresholdWidth).toBe(Math.round(thresholdWidth));
  });

  it('refuses columns without a table, and a table without a column', async () => {
    expect(await run('certify config.json --target y')).toMatchObject({ code: 2 });
    const cwd = folder();
    writeFileSync(join(cwd, 'other.json'), '{"theory":"finite-width"}');
    expect((await run('certify other.json', cwd)).err).toMatch(/a problem: theory/);
    expect((await run('certify rows.csv')).err).toMatch(/--target COLUMN/);
    expect((await run('certify rows.csv --target y --rows rows.csv')).err).toMatch(/holds rows already/);
  });
});

describe('--rows', () => {
  it('puts rows, centred and scaled, in place of the data; the manifest holds them and replays', async () => {
    const cwd = folder();
    const { code } = await run('compare config.json --rows rows.csv --target y --out results --quiet', cwd);
    expect(code).toBe(0);
    const { config: kept, data } = JSON.parse(readFileSync(join(cwd, 'results/manifest.json'), 'utf8'));
    const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    expect(mean(kept.data.labels)).toBeCloseTo(0, 12);
    expect(mean(kept.data.labels.map((y: number) => y * y))).toBeCloseTo(1, 12);
    expect(mean(kept.data.features.map((row: number[]) => row[1]))).toBeCloseTo(0, 12);
    expect(data.file).toBe('rows.csv');
    expect((await run('replay results/manifest.json --quiet', cwd)).out).toMatch(/Every bit/);
  });

  it('is refused for other theories, with the command that is meant', async () => {
    const cwd = folder();
    writeFileSync(join(cwd, 'other.json'), '{"theory":"finite-width"}');
    const { code, err } = await run('predict other.json --rows rows.csv --target y', cwd);
    expect(code).toBe(2);
    expect(err).toMatch(/foretrain fit/);
  });
});

describe('sweep', () => {
  it('over dimensions: a row per value, a folder with figure, series and manifest', async () => {
    const cwd = folder();
    const { code, out } = await run(
      'sweep config.json --over dimension --values 8,2 --out swept --quiet',
      cwd,
    );
    expect(code).toBe(0);
    expect(out.split('\n').slice(2, 4)).toEqual([expect.stringMatching(/^2 /), expect.stringMatching(/^8 /)]);
    expect(readdirSync(join(cwd, 'swept'))).toEqual(
      expect.arrayContaining(['figure.svg', 'series.csv', 'series.json', 'manifest.json']),
    );
    expect(readFileSync(join(cwd, 'swept/series.csv'), 'utf8').split('\n')[0]).toMatch(
      /^input dimension d,"training error, simulated",.*,measured rate,.*,status$/,
    );
    const svg = readFileSync(join(cwd, 'swept/figure.svg'), 'utf8');
    expect(svg).toContain('d = n');
    expect(svg).toContain('4 samples');
    const { chart, values } = JSON.parse(readFileSync(join(cwd, 'swept/series.json'), 'utf8'));
    expect(values).toEqual([2, 8]);
    expect(chart.panels).toHaveLength(2);
  });

  it('over samples needs a task with test rows, and says which', async () => {
    const { code, err } = await run('sweep config.json --over samples --values 3');
    expect(code).toBe(2);
    expect(err).toMatch(/"xor", "single-neuron" or "spiked"/);
  });
});
