import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import * as library from '../../src/index.ts';
import { command, fakeLibrary, temporaryFolder } from './stand-ins.ts';

const REAL = {
  theory: 'propagation-of-chaos',
  model: { inputDimension: 8, activation: { kind: 'hermite', degree: 2 } },
  optimizer: { stepSize: 0.1, steps: 20 },
  prediction: { envelopeTimes: 40 },
};

function folder(): string {
  const path = temporaryFolder();
  writeFileSync(join(path, 'config.json'), JSON.stringify({ theory: 'finite-width', seed: 'one' }));
  writeFileSync(join(path, 'real.json'), JSON.stringify(REAL));
  return path;
}

describe('width', () => {
  test('one page: how many, why, the bound as ours and first-order, the check, what float64 can measure', async () => {
    const { code, out, err } = await command('width config.json --tolerance 0.02 --check', folder());
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(/^2,250 neurons keep a network within 0\.02 of infinite width up to time 20\.\n/);
    expect(out).toMatch(/^why +m·gap² is at most Ω = 0\.9, at time 0: 0\.9 \/ 0\.02² = 2250\.$/m);
    expect(out).toContain('probability 95 % from 45,000 neurons');
    expect(out).toMatch(/^guaranteed +225,000 neurons, by an upper bound of our own, √Ω ≤ 21\./m);
    expect(out).toMatch(/^order +These answers are of first order in 1\/m\.$/m);
    expect(out).toMatch(/^check +20 networks of 2,250 neurons: gap at most 0\.0200 ± 0\.0010/m);
    expect(out).toMatch(/^float64 +Gaps can be measured down to 1e-7: this tolerance is above\.$/m);
    for (const line of out.split('\n')) expect(line.length).toBeLessThan(112);
  });

  test('without --check none is made, and the page says how to', async () => {
    const { out } = await command('width config.json --tolerance 0.02 --horizon 5', folder());
    expect(out).toContain('up to time 5.');
    expect(out).toMatch(/^check +None was made; --check trains networks of 2,250 neurons\.$/m);
  });

  test('a check that fails says so; many neurons are written as a power', async () => {
    const failing = fakeLibrary();
    const answer = await failing.width({ theory: 'finite-width' }, { tolerance: 1e-6, check: 4 });
    const check = { ...answer.check!, holds: false };
    const replaced = fakeLibrary({ width: async () => ({ ...answer, check }) });
    const { out } = await command('width config.json --tolerance 1e-6 --check', folder(), replaced);
    expect(out).toMatch(/^9\.0e11 neurons/);
    expect(out).toContain('MORE than two standard errors above 0.000001: the answer does NOT hold');
  });

  test('--json prints one document with the answer and its prediction', async () => {
    const { code, out } = await command('width real.json --tolerance 0.1 --json --quiet', folder(), library);
    expect(code).toBe(0);
    const document = JSON.parse(out);
    expect(document).toMatchObject({ status: 'complete', width: 88, time: 0, horizon: 2, noiseFloor: 1e-7 });
    expect(document.prediction.observables.scaledGap.values[0]).toBeCloseTo(0.875, 12);
    expect(document.check).toBeUndefined();
  });

  test('--check --out: the networks of the check beside the prediction, in page, figure, series and document', async () => {
    const path = folder();
    const line = 'width real.json --tolerance 0.2 --replicas 3 --out results --quiet';
    const { code, out } = await command(line, path, library);
    expect(code).toBe(0);
    expect(out).toMatch(/^time +gap predicted, m = 22 +gap simulated$/m);
    expect(out).toMatch(/^0 +0\.1994 +0\.\d+ ± 0\.\d+$/m);
    for (const line of out.split('\n')) expect(line.length).toBeLessThan(112);
    const read = (name: string) => readFileSync(join(path, 'results', name), 'utf8');
    const svg = read('figure.svg');
    for (const text of ['Networks of 22 neurons over time', 'tolerance', 'simulated, 3 networks', 'm = 22'])
      expect(svg).toContain(text);
    expect(svg.match(/<circle/g)!.length).toBe(21 + 1 + 1);
    expect(read('figure-gap.svg')).toContain('m = 22');
    expect(read('series.csv').split('\n')[0]).toContain('simulation.scaledGap.standardError');
    const { check, simulation } = JSON.parse(read('series.json'));
    const { values } = simulation.observables.scaledGap;
    expect(Math.sqrt(Math.max(...values) / 22)).toBeCloseTo(check.gap, 12);
  });

  test('without a check the figure shows the prediction and the tolerance', async () => {
    const path = folder();
    await command('width real.json --tolerance 0.2 --out results --quiet', path, library);
    const svg = readFileSync(join(path, 'results/figure.svg'), 'utf8');
    expect(svg).toContain('Networks of 22 neurons over time');
    expect(svg).not.toContain('<circle');
  });

  test('Ctrl-C: what there is, marked, with exit code 130', async () => {
    const stopped = new AbortController();
    stopped.abort();
    const signal = { signal: stopped.signal };
    const { code, out } = await command('width real.json --tolerance 0.1', folder(), library, signal);
    expect(code).toBe(130);
    expect(out).toContain('ABORTED: the answer speaks of times up to 0.');
    expect(out).not.toContain('guaranteed');
  });

  test.each([
    ['width config.json', /required option '--tolerance <gap>' not specified/],
    ['width config.json --tolerance -1', /Expected a number > 0\./],
    ['width config.json --tolerance 0.1 --replicas 1', /Expected a whole number ≥ 2/],
    [
      'width real.json --tolerance 0.1 --horizon 0.01',
      /horizon: received 0\.01; expected a time of at least one step/,
    ],
    ['width config.json --tolerance 0.1', /expected a theory that has `width`\. Use "propagation-of-chaos"/],
    ['width nowhere.json --tolerance 0.1', /no such file/],
  ])('%s is refused with exit code 2', async (line, message) => {
    const { code, err, out } = await command(line, folder(), library);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(message);
  });
});
