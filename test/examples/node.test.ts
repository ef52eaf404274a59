import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const run = (name: string) =>
  execFileSync(process.execPath, [fileURLToPath(new URL(`../../examples/${name}`, import.meta.url))], {
    encoding: 'utf8',
  });

describe('examples in Node, after a build', () => {
  it('library.js: every difference between theory and four networks is below four standard errors', () => {
    const text = run('library.js');
    const rows = [...text.matchAll(/^ +\d+ .* (-?\d+\.\d)$/gm)].map((match) => Math.abs(Number(match[1])));
    expect(rows).toHaveLength(5);
    for (const row of rows) expect(row).toBeLessThan(4);
    expect(text).toMatch(/stop after step \d+, at a test error of \d\.\d{4} label²/);
  });

  it('numerics.js: exact moments, eigenvalues and a Sobol mean within 1e-4 of its closed form', () => {
    const text = run('numerics.js');
    expect(Number(text.match(/nodes: (\S+)/)![1])).toBeCloseTo(3, 13);
    const [mean, exact] = text
      .match(/points: (\S+); exactly (\S+)/)!
      .slice(1)
      .map(Number);
    expect(Math.abs(mean! - exact!)).toBeLessThan(1e-4);
    const [low, high] = text
      .match(/eigenvalues (\S+), (\S+);/)!
      .slice(1)
      .map(Number);
    expect(low).toBeCloseTo(1, 14);
    expect(high).toBeCloseTo(3, 14);
  });
});
