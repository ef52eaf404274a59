import { expect, test } from 'vitest';
import { duration, progressMeter } from '../../src/cli/progress.ts';
import { formatTable, short, spread } from '../../src/cli/table.ts';
import { withError } from '../../src/digits.ts';

function meter(isTTY: boolean, quiet = false, columns = 60) {
  const written: string[] = [];
  let now = 0;
  const sink = { write: (text: string) => written.push(text), isTTY, columns };
  const shown = progressMeter(sink, quiet, () => now);
  return { written, ...shown, wait: (ms: number) => (now += ms) };
}

test('a terminal gets one line that rewrites itself, fits its width and is cleared at the end', () => {
  const { written, update, finish } = meter(true);
  update({ stage: 'training', fraction: 0.5, remainingSeconds: 125 });
  update({ stage: 'a stage with a very long name that goes beyond the width', fraction: 0.75 });
  finish();
  expect(written[0]).toContain('████████████░░░░░░░░░░░░  50 %  training  2 min 05 s left');
  expect(written.every((text) => text.startsWith('\r'))).toBe(true);
  expect([...written[1].replace('\r', '').replace('\u001b[K', '')].length).toBeLessThan(60);
  expect(written[2]).toBe('\r\u001b[K');
  update({ stage: 'late', fraction: 1 });
  expect(written).toHaveLength(3);
});

test('elsewhere a few plain lines are written, quietly none', () => {
  const { written, update, wait } = meter(false);
  for (let i = 0; i <= 1000; i++) update({ stage: 's', fraction: i / 1000, remainingSeconds: 3 });
  expect(written).toEqual([' 25 %  s  3 s left\n', ' 50 %  s  3 s left\n', ' 75 %  s  3 s left\n']);
  wait(60_000);
  update({ stage: 's', fraction: 0.9 });
  expect(written).toHaveLength(4);
  const quiet = meter(false, true);
  quiet.update({ stage: 's', fraction: 0.5 });
  expect(quiet.written).toEqual([]);
});

test('the time left is told by the pace where the run does not tell it', () => {
  const { written, update, wait } = meter(false);
  wait(10_000);
  update({ stage: 's', fraction: 0.25 });
  expect(written).toEqual([' 25 %  s  30 s left\n']);
});

test('durations and numbers are short', () => {
  expect([0, 0.34, 3.2, 125, 5399, 7260].map(duration)).toEqual([
    '0 s',
    '0.3 s',
    '3 s',
    '2 min 05 s',
    '89 min 59 s',
    '2 h 01 min',
  ]);
  expect([0, 1.23456, 123456, 1e-9, Number.NaN].map(short)).toEqual(['0', '1.235', '123500', '1e-9', '–']);
});

test.each([
  [1.23456, 0.0123, '1.235 ± 0.012'],
  [123.456, 45, '123 ± 45'],
  [12345, 678, '12350 ± 680'],
  [0.0512345, 0.0996, '0.05 ± 0.10'],
  [-0.0001, 0.012, '0.000 ± 0.012'],
  [1.264e9, 2.1e8, '(1.26 ± 0.21)e9'],
  [8.7e-7, 5.4e-7, '(8.7 ± 5.4)e-7'],
  [5.507e-8, 3.8e-8, '(5.5 ± 3.8)e-8'],
  [9.703e-7, 6.1e-9, '(9.703 ± 0.061)e-7'],
  [9.996e-5, 6.1e-7, '(9.996 ± 0.061)e-5'],
  [9.99996e-5, 1.2e-8, '(1.00000 ± 0.00012)e-4'],
  [-3e-9, 2.5e-7, '(0.0 ± 2.5)e-7'],
  [0, 5e-9, '(0.0 ± 5.0)e-9'],
  [3, 4e8, '(0.0 ± 4.0)e8'],
  [0.5, 1.2e-12, '0.5 ± 1.2e-12'],
  [1.5, 0, '1.5'],
  [1.5, undefined, '1.5'],
  [Number.NaN, 1, '–'],
])(
  '%d with error %d is %s: two digits of the error, the value to the same place, one exponent',
  (value, error, text) => {
    expect(withError(value, error)).toBe(text);
  },
);

test('tables are aligned; of many steps a dozen is shown, the first and the last among them', () => {
  expect(formatTable(['a', 'long'], [['xyz', '1']])).toBe('a    long\n───  ────\nxyz     1');
  expect(spread(5)).toEqual([0, 1, 2, 3, 4]);
  const many = spread(1001);
  expect(many).toHaveLength(12);
  expect([many[0], many[11]]).toEqual([0, 1000]);
});
