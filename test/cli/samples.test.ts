import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import * as library from '../../src/index.ts';
import { command, temporaryFolder } from './stand-ins.ts';

const config = (model: object, data: object, weightDecay: number) => ({
  theory: 'quadratic-networks',
  model: { inputDimension: 50, ...model },
  data: { sampleRatio: 0.5, teacherWidthRatio: 0.3, ...data },
  optimizer: { kind: 'stationary', weightDecay },
});

function folder(): string {
  const path = temporaryFolder();
  const write = (name: string, content: object) => writeFileSync(join(path, name), JSON.stringify(content));
  // 3.92 at α = 0.2, a peak of 7.2 at 0.3, 3.27 at 0.4.
  write('peak.json', config({ widthRatio: 1 }, { noiseVariance: 1 }, 0.005));
  write('narrow.json', config({ widthRatio: 0.1 }, { noiseVariance: 0.1 }, 0.01));
  write('unsure.json', config({ widthRatio: 0.25 }, { sampleRatio: 0.3, noiseVariance: 0.5 }, 0.01));
  return path;
}

describe('samples', () => {
  test('how many, what is there and at the configured number, how far to trust it, both thresholds', async () => {
    const { code, out, err } = await command('samples peak.json --error 4', folder(), library);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const [head] = out.split('\n');
    const count = Number(
      /^([\d,]+) samples keep the test error at or below 4 \(α = 0\.3\d+, d = 50\)\.$/
        .exec(head!)![1]!
        .replace(',', ''),
    );
    expect(count).toBeGreaterThan(0.35 * 2500);
    expect(count).toBeLessThan(0.4 * 2500);
    expect(out).toMatch(/^there +test error 4, .* \(exact\)\.$/m);
    expect(out).toMatch(/^as configured With α = 0\.5 \(1,250 samples at d = 50\): test error 1\.778,/m);
    expect(out.match(/^reliability +exact: the problem is convex/gm)?.length).toBe(1);
    expect(out).toMatch(/^interpolation All labels are fitted up to α = 0\.2955 \(739 samples/m);
    expect(out).toMatch(
      /^recovery +Without noise, as weight decay vanishes, from α = 0\.3272 \(818 samples/m,
    );
    for (const line of out.split('\n')) expect(line.length).toBeLessThan(112);
  });

  test('says that no number is enough, and that a narrow student never finds its teacher', async () => {
    const { code, out } = await command('samples narrow.json --error 0.01', folder(), library);
    expect(code).toBe(0);
    expect(out).toMatch(
      /^NO number of samples up to α = 20 keeps the test error at or below 0\.01; the lowest one is \d/,
    );
    expect(out).toMatch(/^recovery +The student is narrower than the teacher and cannot represent it\.$/m);
  });

  test('without --error the thresholds; an answer outside validity in capitals', async () => {
    const { out } = await command('samples unsure.json', folder(), library);
    expect(out).toMatch(
      /^No number of samples is enough to find the teacher; --error asks for a test error\.\n/,
    );
    expect(out).toMatch(
      /\(OUTSIDE VALIDITY\)\.\nreliability +OUTSIDE VALIDITY: the gain 1\.\d+ is above 1\.2/,
    );
  });

  test('--json prints one document; a threshold that is infinite is null', async () => {
    const document = JSON.parse(
      (await command('samples narrow.json --error 0.01 --json', folder(), library)).out,
    );
    expect(document).toMatchObject({
      command: 'samples',
      error: 0.01,
      recovery: { sampleRatio: null },
      here: { reliability: { flag: expect.any(String) } },
      problem: { theory: 'quadratic-networks' },
    });
    expect(document.needed.sampleRatio).toBeUndefined();
    expect(document.needed.lowest).toBeGreaterThan(0.01);
  });

  test('--out: the errors over the samples with the error that was asked for, and a manifest', async () => {
    const path = folder();
    const { code } = await command('samples peak.json --error 4 --out answer --quiet', path, library);
    expect(code).toBe(0);
    const read = (name: string) => readFileSync(join(path, 'answer', name), 'utf8');
    for (const text of [
      'asked: at most 4',
      'at most 4 from here on',
      'labels fitted up to here',
      'by the number of samples',
    ])
      expect(read('figure.svg')).toContain(text);
    const rows = read('series.csv').trim().split('\n');
    expect(rows).toHaveLength(121);
    const at = rows[0]!.split(',').indexOf('testError');
    // The curve stays at or below 4 from the answer on.
    const { needed, manifest } = JSON.parse(read('series.json'));
    for (const row of rows.slice(1)) {
      const [alpha, test] = [Number(row.split(',')[0]), Number(row.split(',')[at])];
      if (alpha > needed.sampleRatio) expect(test).toBeLessThanOrEqual(4);
    }
    expect(manifest).toMatchObject({ command: 'samples', options: { error: 4 } });
  });

  test.each([
    ['samples peak.json --error 0', /Expected a number > 0\./],
    ['samples nowhere.json', /no such file/],
  ])('%s is refused with exit code 2', async (line, message) => {
    const { code, err, out } = await command(line, folder(), library);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(message);
  });
});
