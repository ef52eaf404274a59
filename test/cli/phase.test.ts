import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { phaseAxis } from '../../src/cli/phase-axis.ts';
import * as library from '../../src/index.ts';
import { command, temporaryFolder } from './stand-ins.ts';

const CONFIG = {
  theory: 'quadratic-networks',
  model: { widthRatio: 0.5 },
  data: { sampleRatio: 0.5, teacherWidthRatio: 0.3, noiseVariance: 0.5 },
  optimizer: {
    kind: 'stationary',
    weightDecay: 0.01,
    sweep: { parameter: 'weightDecay', values: [0.1, 0.2] },
  },
};

function folder(): string {
  const path = temporaryFolder();
  const { optimizer, ...rest } = CONFIG;
  const descent = { kind: 'gradient-descent', learningRate: 0.01, steps: 2, weightDecay: 1e-9 };
  writeFileSync(join(path, 'config.json'), JSON.stringify(CONFIG));
  writeFileSync(join(path, 'small.json'), JSON.stringify({ ...rest, optimizer: descent }));
  writeFileSync(join(path, 'other.json'), JSON.stringify({ theory: 'finite-width' }));
  return path;
}

const SMALL = '--x widthRatio=0.2..1:5 --y sampleRatio=0.1..0.9:3';

describe('phase', () => {
  test('a table of test errors with their flags, the thresholds below it', async () => {
    const { code, out, err } = await command(`phase config.json ${SMALL} --quiet`, folder(), library);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(
      /^Test error at long times, without label noise; ~ an approximation, \? outside validity\.\n/,
    );
    expect(out).toMatch(/^sampleRatio \\ widthRatio +0\.2 +0\.4 +0\.6 +0\.8 +1$/m);
    const state = library.steadyState({
      sampleRatio: 0.1,
      widthRatio: 0.2,
      teacherWidthRatio: 0.3,
      weightDecay: 0.01,
      noiseVariance: 0.5,
    });
    expect(out).toMatch(new RegExp(`^0\\.1 +${Number(state.test.toPrecision(4))}[?~ ] `, 'm'));
    expect(out).toMatch(/^recovery without noise from +never +0\.3176 +0\.3272 +0\.3272 +0\.3272$/m);
    for (const line of out.split('\n')) expect(line.length).toBeLessThan(112);
  });

  test('an axis that is the usual other one takes its place', async () => {
    const { code, out } = await command(
      'phase config.json --x alpha=0.2..0.8:3 --json --quiet',
      folder(),
      library,
    );
    expect(code).toBe(0);
    const { x, y } = JSON.parse(out);
    expect([x.parameter, y.parameter, y.values.length]).toEqual(['sampleRatio', 'widthRatio', 60]);
  });

  test('--json prints one document that holds every number; without noise axes there are no lines', async () => {
    const line = `phase config.json --x noiseVariance=0.1..10:3:log --y widthRatio=0.2..1:2 --json --quiet`;
    const { code, out } = await command(line, folder(), library);
    expect(code).toBe(0);
    const document = JSON.parse(out);
    expect(document).toMatchObject({
      command: 'phase',
      status: 'complete',
      x: { parameter: 'noiseVariance', scale: 'log' },
      y: { parameter: 'widthRatio', scale: 'linear', values: [0.2, 1] },
      problem: { theory: 'quadratic-networks' },
    });
    expect(document.x.values[1]).toBeCloseTo(1, 14);
    expect(document.testError.length).toBe(6);
    expect(document.flag.slice(3)).toEqual(['exact', 'exact', 'exact']);
    expect(document.lines).toBeUndefined();
  });

  test('--out: maps, curves of recovery, all numbers; at the order of the configuration', async () => {
    const path = folder();
    const { code, err } = await command(`phase config.json ${SMALL} --out maps`, path, library);
    expect(code).toBe(0);
    expect(err).toContain('Wrote figure.svg');
    const names = readdirSync(join(path, 'maps'));
    expect(names).toEqual(
      expect.arrayContaining([
        'figure.svg',
        'figure-rank.svg',
        'figure-recovery.svg',
        'series.csv',
        'series.json',
      ]),
    );
    const rows = readFileSync(join(path, 'maps/series.csv'), 'utf8').trim().split('\n');
    expect(rows[0]).toBe(
      'widthRatio,sampleRatio,testError,trainError,rank,gain,interpolates,recoverable,flag,status',
    );
    expect(rows.length).toBe(16);
    expect(rows[1]).toMatch(/^0\.2,0\.1,.*,complete$/);
    const svg = readFileSync(join(path, 'maps/figure.svg'), 'utf8').replaceAll('&#160;', ' ');
    expect(svg).toContain('κ* = 0.3 · λ = 0.01 · Δ = 0.5 · flags at d = 60');
  });

  test('Ctrl-C: the rows there are, marked, with exit code 130; curves of recovery, which are whole, are not', async () => {
    const stopped = new AbortController();
    stopped.abort();
    const path = folder();
    const line = `phase config.json ${SMALL} --out maps`;
    const { code, out } = await command(line, path, library, { signal: stopped.signal });
    expect(code).toBe(130);
    expect(out).toContain('ABORTED: rows are missing.');
    expect(readFileSync(join(path, 'maps/series.csv'), 'utf8').trim().split('\n').length).toBe(6);
    const drawn = (name: string) => readFileSync(join(path, `maps/${name}.svg`), 'utf8');
    expect(drawn('figure')).toContain('(ABORTED)');
    expect(drawn('figure-rank')).toContain('(ABORTED)');
    expect(drawn('figure-recovery')).not.toContain('ABORTED');
  });

  test.each([
    ['phase config.json --x sampleRatios=1..2', /Did you mean sampleRatio\?/],
    [
      'phase config.json --x alpha=2..1',
      /two numbers FROM\.\.TO, the smaller one first\. Write sampleRatio=0\.05\.\.1:60/,
    ],
    ['phase config.json --x alpha=0..1', /Expected sampleRatio from 0\.001 to 1000\./],
    ['phase config.json --x alpha=0.1..1:1', /Expected 2 to 400 values\./],
    ['phase config.json --x alpha=0.1..1:5:cubic', /Expected linear or log/],
    ['phase config.json --x delta=0..1:5:log', /a number > 0 to begin a log axis/],
    ['phase config.json --x alpha --y alpha', /--x and --y are both sampleRatio\. Name another/],
    [
      'phase other.json',
      /theory: received "finite-width"; expected "quadratic-networks"\. See: foretrain schema/,
    ],
    [
      'phase small.json',
      /optimizer\.weightDecay: received 1e-9; expected 0 \(the limit .*\) or at least 0\.000001/,
    ],
    ['phase nowhere.json', /no such file/],
  ])('%s is refused with exit code 2', async (line, message) => {
    const { code, err, out } = await command(line, folder(), library);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(message);
  });
});

test('an axis: a name or a symbol, a usual range, equal steps or ratios that end where they should', () => {
  expect(phaseAxis('κ')).toMatchObject({ parameter: 'widthRatio', scale: 'linear' });
  expect(phaseAxis('lambda').values.length).toBe(60);
  expect(Array.from(phaseAxis('alpha=0.1..0.4:4').values).map((value) => value.toFixed(12))).toEqual([
    '0.100000000000',
    '0.200000000000',
    '0.300000000000',
    '0.400000000000',
  ]);
  const log = phaseAxis('weightDecay=0.001..1:4:log');
  expect(log.scale).toBe('log');
  [0.001, 0.01, 0.1, 1].forEach((value, i) => {
    expect(log.values[i]! / value).toBeCloseTo(1, 13);
  });
  expect(log.values[3]).toBe(1);
});
