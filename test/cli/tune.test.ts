// tune with the real library on few rows.
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import * as library from '../../src/index.ts';
import { syntheticRows } from '../theories/finite-width/fit/rows.ts';
import { command, temporaryFolder } from './stand-ins.ts';

function tableOf(rows: number, seed: string): string {
  const { features, labels } = syntheticRows(rows, 3, seed);
  const lines = labels.map((y, i) => [...Array.from(features[i]!), y].join(','));
  return `${['a,b,c,y', ...lines].join('\n')}\n`;
}

function folder(): string {
  const cwd = temporaryFolder();
  writeFileSync(join(cwd, 'rows.csv'), tableOf(40, 'tune'));
  writeFileSync(join(cwd, 'other.csv'), tableOf(100, 'tune other'));
  return cwd;
}

const run = (line: string, cwd = folder()) => command(line, cwd, library);
const SMALL = 'tune rows.csv --target y --steps 12 --quiet';

describe('tune', () => {
  it('a row for each combination with what tells it apart, the best marked, and how far to trust it', async () => {
    const { code, out } = await run(`${SMALL} --widths 1,3 --activations tanh,gelu`);
    expect(code).toBe(0);
    const lines = out.split('\n');
    expect(lines[0]).toMatch(/^ +width +activations +estimated test error +95 % interval +stop at +remarks$/);
    expect(lines.slice(2, 6).map((line) => line.replace(' *', '  ').split(/ +/).slice(0, 3))).toEqual([
      ['1', '1', 'tanh'],
      ['2', '1', 'gelu'],
      ['3', '3', 'tanh'],
      ['4', '3', 'gelu'],
    ]);
    expect(lines.filter((line) => /^\d \*/.test(line))).toHaveLength(1);
    expect(out).toMatch(
      /^Best: width [13], (tanh|gelu)\. Stop at step \d+ \(the minimum of the estimate\): /m,
    );
    expect(out).toMatch(/other intervals?, \d holds? that estimate too|No other interval holds/);
    expect(out).toMatch(/^The lowest of 4 estimates is optimistic .* --test FILE/m);
  });

  it('--test: the error of the best on those rows, in place of the warning of optimism', async () => {
    const { out, err } = await run(`${SMALL} --widths 1,3 --test other.csv --json`);
    expect(err).not.toContain('optimistic');
    const { table, best, errorOnOtherRows, fit, warnings } = JSON.parse(out);
    expect(table).toHaveLength(2);
    const lowest = Math.min(
      ...table.map((entry: { estimatedTestError: number }) => entry.estimatedTestError),
    );
    expect(best.estimatedTestError).toBe(lowest);
    expect(errorOnOtherRows.rows).toBe(100);
    // The same rows at the same step, seen by the fit and by its model.
    expect(fit.observables.testError.values[best.step]).toBeCloseTo(errorOnOtherRows.testError, 10);
    expect(warnings.map(({ code }: { code: string }) => code)).toContain('optimistic-minimum');
    expect((await run(`${SMALL} --widths 1,3 --test other.csv`)).out).toMatch(
      /^Its error on the 100 other rows: \d.* ± .*free of the optimism/m,
    );
  });

  it('without lists three widths; rates and depths as they are written', async () => {
    const widths = JSON.parse((await run(`${SMALL} --json`)).out).table;
    expect(widths.map(({ width }: { width: number }) => width)).toEqual([2, 4, 8]);
    const line = `${SMALL} --depths 2,3 --learning-rates 0.1:0.05,0.3:0.1 --activations tanh --json`;
    const { table } = JSON.parse((await run(line)).out);
    expect(table.map((entry: { learningRates: number[] }) => entry.learningRates)).toEqual([
      [0.1, 0.05],
      [0.3, 0.1],
      [0.1, 0.05, 0.05],
      [0.3, 0.1, 0.1],
    ]);
    const mixed = JSON.parse(
      (await run(`${SMALL} --widths 2 --activations tanh+gelu,gelu --json`)).out,
    ).table;
    expect(mixed.map(({ depth }: { depth: number }) => depth)).toEqual([3, 2]);
  });

  it('--out: figures of candidates and of the best, all rows, the model, and a manifest that replays', async () => {
    const cwd = folder();
    const { code } = await run(
      `${SMALL} --widths 1,3 --out tuned --model-out best.json --test other.csv`,
      cwd,
    );
    expect(code).toBe(0);
    expect(readdirSync(join(cwd, 'tuned'))).toEqual(
      expect.arrayContaining(['figure.svg', 'figure-best.svg', 'series.csv', 'series.json', 'manifest.json']),
    );
    const read = (name: string) => readFileSync(join(cwd, name), 'utf8');
    expect(read('tuned/figure.svg')).toContain('Estimated test errors of 2 configurations');
    expect(read('tuned/figure.svg')).toContain('error of the best on other rows');
    expect(read('tuned/figure-best.svg')).toMatch(/The best of them: width [13]/);
    expect(read('tuned/figure-best.svg')).toContain('Band: 95 % interval. Bars: ± 2 standard errors.');
    const rows = read('tuned/series.csv').trim().split('\n');
    expect(rows).toHaveLength(3);
    expect(rows[1]).toMatch(/^1,1,2,"\[.*tanh.*\]","\[.*\]",complete,0?\.?\d/);
    // Quotes only where a cell needs them: the list of warnings does not, nor does the empty cell of the error.
    expect(rows[1]).toMatch(/,tangent,[a-z -]*,$/);
    expect(JSON.parse(read('best.json'))).toHaveProperty('format');
    const replay = () => run('replay tuned/manifest.json --quiet', cwd);
    expect(await replay()).toMatchObject({ code: 0, out: expect.stringContaining('Every bit') });
    const manifest = JSON.parse(read('tuned/manifest.json'));
    expect(manifest.options).toMatchObject({
      target: 'y',
      features: ['a', 'b', 'c'],
      grid: { widths: [1, 3] },
    });
    manifest.options.grid.widths = [1, 2];
    writeFileSync(join(cwd, 'tuned/manifest.json'), JSON.stringify(manifest));
    expect(await replay()).toMatchObject({ code: 5 });
    rmSync(join(cwd, 'rows.csv'));
    expect(await replay()).toMatchObject({ code: 3 });
  });

  it('one configuration: a figure that speaks of one', async () => {
    const cwd = folder();
    await run(`${SMALL} --widths 2 --out tuned`, cwd);
    const svg = readFileSync(join(cwd, 'tuned/figure.svg'), 'utf8');
    expect(svg).toContain('Estimated test error of one configuration');
    expect(svg).not.toContain('lowest:');
  });

  it('a configuration that diverged is a row, never the best; exit code 4 where all did', async () => {
    const first = folder();
    const some = await run(`${SMALL} --learning-rates 0.1:0.05,1e6:1e6 --out tuned`, first);
    expect(some.code).toBe(0);
    expect(readFileSync(join(first, 'tuned/figure.svg'), 'utf8')).toContain(
      'Estimated test errors of 1 of 2 configurations',
    );
    expect(some.out).toMatch(/^2 .* DIVERGED/m);
    expect(some.out).toMatch(/^Best: rates 0\.1:0\.05\./m);
    const cwd = folder();
    const none = await run(`${SMALL} --learning-rates 1e6:1e6 --out tuned`, cwd);
    expect(none).toMatchObject({ code: 4, err: expect.stringContaining('[no-best]') });
    expect(none.out).toContain('No configuration could be trained to the end.');
    expect(readdirSync(join(cwd, 'tuned')).sort()).toEqual(['manifest.json', 'series.csv', 'series.json']);
  });

  it('Ctrl-C: the rows so far, marked, with exit code 130', async () => {
    const stopped = new AbortController();
    stopped.abort();
    const cwd = folder();
    const { code, out } = await command(`${SMALL} --out tuned`, cwd, library, { signal: stopped.signal });
    expect(code).toBe(130);
    expect(out).toContain('ABORTED: configurations are missing.');
    expect(readFileSync(join(cwd, 'tuned/figure.svg'), 'utf8')).toContain('(ABORTED)');
    expect(readFileSync(join(cwd, 'tuned/series.csv'), 'utf8').split('\n')[0]).toMatch(/,tuning$/);
  });

  it('--dry-run says what it would cost, and fits nothing', async () => {
    const { code, out } = await run('tune rows.csv --target y --depths 2,3 --widths 1,2,3 --dry-run');
    expect({ code, lines: out.trim().split('\n').length }).toEqual({ code: 0, lines: 1 });
    expect(out).toMatch(/^About \d.* for 6 configurations\. At most \d+ MiB of memory\.$/m);
    const small = await run('tune rows.csv --target y --dry-run --limit-gib 0.00001 --json');
    expect(small.code).toBe(4);
    expect(JSON.parse(small.out)).toMatchObject({ dryRun: true, command: 'tune', refused: [{}] });
  });

  it.each([
    ['tune rows.csv', 2, /Which column is to be predicted/],
    ['tune rows.csv --target y --widths 0', 2, /whole number ≥ 1/],
    ['tune rows.csv --target y --depths 1', 2, /whole number ≥ 2/],
    ['tune rows.csv --target y --learning-rates 0.1', 2, /separated by colons as in 0\.1:0\.05/],
    ['tune rows.csv --target y --learning-rates 0.1:x', 2, /numbers ≥ 0, .* separated by colons/],
    ['tune rows.csv --target y --learning-rates 0.1:', 2, /numbers ≥ 0, .* separated by colons/],
    ['tune rows.csv --target y --widths 2,,4', 2, /Expected what to try, separated by commas/],
    [
      'tune rows.csv --target y --activations tahn',
      2,
      /The grid has a problem: activations\[0\].* Did you mean "tanh"\?/,
    ],
    ['tune rows.csv --target y --width 3', 2, /unknown option '--width'/],
    ['tune nothing.csv --target y', 3, /no such file/],
  ])('%s is refused with exit code %i', async (line, code, message) => {
    const refused = await run(line);
    expect(refused).toMatchObject({ code, out: '' });
    expect(refused.err).toMatch(message);
  });
});
