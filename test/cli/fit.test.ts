// fit with the real library on few rows: what its page and its figure say of rates and of divergence, and its refusals.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import * as library from '../../src/index.ts';
import { syntheticRows } from '../theories/finite-width/fit/rows.ts';
import { command, temporaryFolder } from './stand-ins.ts';

function folder(files: Readonly<Record<string, string>> = {}): string {
  const cwd = temporaryFolder();
  const { features, labels } = syntheticRows(40, 3, 'fit');
  const lines = labels.map((y, i) => [...Array.from(features[i]!), y].join(','));
  for (const [name, text] of Object.entries({ 'rows.csv': `a,b,c,y\n${lines.join('\n')}\n`, ...files }))
    writeFileSync(join(cwd, name), text);
  return cwd;
}

/** A written figure as it is read. */
const drawn = (cwd: string) => readFileSync(join(cwd, 'fitted/figure.svg'), 'utf8').replaceAll('&#160;', ' ');

const run = (line: string, cwd = folder()) => command(line, cwd, library);
const FIT = 'fit rows.csv --target y --steps 12 --quiet';

describe('learning rates', () => {
  it('automatic ones are told as they were used, with the loss, on the page and in the figure', async () => {
    const cwd = folder();
    const { out } = await run(`${FIT} --out fitted`, cwd);
    const told =
      /^Learning rates, first layer to output: (\S+), 0\.05 \(automatic\), of full-batch steps on half the mean squared error of the prepared rows \(scaled per-column, labels of variance 1\)\.$/m.exec(
        out,
      );
    const { diagnostics } = JSON.parse(readFileSync(join(cwd, 'fitted/series.json'), 'utf8'));
    expect(Number(told![1])).toBeCloseTo(diagnostics.learningRates[0], 3);
    expect(drawn(cwd)).toContain(`rates ${told![1]}, 0.05 (automatic)`);
  });

  it('given ones too, and a row for each step by a word', async () => {
    const cwd = folder();
    expect((await run(`${FIT} --learning-rates 0.3,0.1 --no-standardize --out fitted`, cwd)).out).toContain(
      'first layer to output: 0.3, 0.1, of full-batch steps on half the mean squared error of the rows as given.',
    );
    expect(drawn(cwd)).toContain('tanh · rates 0.3, 0.1 · seed');
    const { features, labels } = syntheticRows(40, 3, 'fit');
    const config = {
      theory: 'finite-width',
      model: { width: 2, activations: ['tanh'] },
      optimizer: {
        steps: 2,
        learningRates: [
          [0.3, 0.1],
          [0.2, 0.1],
        ],
      },
      data: { features: features.map((row) => Array.from(row)), labels: Array.from(labels) },
    };
    const { out } = await run('fit c.json --quiet', folder({ 'c.json': JSON.stringify(config) }));
    expect(out).toContain('first layer to output: a row for each step, as given, of full-batch steps');
  });

  it('of the best that tune has found', async () => {
    const { out } = await run('tune rows.csv --target y --steps 12 --quiet --widths 2');
    expect(out).toMatch(/\nLearning rates, first layer to output: \S+, 0\.05 \(automatic\)/);
  });

  it('of another number: the option is named, and what would fit', async () => {
    const refused = async (options: string) => {
      const { code, err } = await run(`${FIT} ${options}`);
      expect(code).toBe(2);
      return err;
    };
    expect(await refused('--learning-rates 0.5')).toBe(
      'error: --learning-rates: received 1 rate; expected 2 rates, one for each layer (1 hidden, then the output), as in --learning-rates 0.5,0.5. A layer that is not trained has rate 0.\n',
    );
    expect(await refused('--learning-rates 0.5,0.2 --activations tanh,gelu')).toContain(
      'received 2 rates; expected 3 rates, one for each layer (2 hidden, then the output), as in --learning-rates 0.5,0.2,0.2.',
    );
  });
});

describe('divergence', () => {
  it('has no step to stop at, on the page and in the figure', async () => {
    const cwd = folder();
    const { code, out } = await run(`${FIT} --learning-rates 50,50 --out fitted`, cwd);
    expect(code).toBe(4);
    expect(out).not.toContain('Stop at');
    expect(out).toMatch(
      /^No step to stop at: training diverged, and the lowest estimate before that, \S+ at step \d+, is no answer\.$/m,
    );
    const svg = drawn(cwd);
    expect(svg).toMatch(/lowest: step \d/);
    expect(svg).not.toContain('stop: step');
  });
});

describe('files that are no rows', () => {
  it('an empty cell among numbers of the target: a number is expected', async () => {
    const path = folder({ 'miss.csv': 'a,y\n1,2\n2,\n3,4.5\n' });
    const { code, err } = await run('fit miss.csv --target y', path);
    expect(code).toBe(3);
    expect(err).toContain('line 3, column "y": received an empty cell; expected a number.');
    const classes = await run('fit miss.csv --target y', folder({ 'miss.csv': 'a,y\n1,no\n2,\n3,yes\n' }));
    expect(classes.err).toContain('received an empty cell; expected a text.');
  });

  it('a saved network: what it is, and what it is for', async () => {
    const cwd = folder();
    await run(`${FIT} --model-out m.json`, cwd);
    for (const line of ['predict m.json', 'compare m.json', 'fit m.json', 'width m.json --tolerance 0.1']) {
      const { code, err } = await run(line, cwd);
      expect(code).toBe(2);
      expect(err).toMatch(
        /^error: m\.json: received a trained network.*TrainedModel\.fromJSON\(text\)\.predict/,
      );
    }
  });
});
