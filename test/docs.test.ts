import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import * as numerics from '../src/numerics/index.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

function files(folder: string, extension: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    return entry.isDirectory() ? files(path, extension) : path.endsWith(extension) ? [path] : [];
  });
}

const read = (path: string) => readFileSync(join(root, path), 'utf8');

describe('documentation', () => {
  it.each(['finite-width', 'mean-field-convergence', 'propagation-of-chaos', 'quadratic-networks'])(
    '%s: every anchor is named in the code, and the code names no other',
    (name) => {
      const page = read(`docs/theories/${name}.md`);
      const anchors = [...page.matchAll(/<a id="([A-Z]\d+)">/g)].map((match) => match[1]!);
      expect(new Set(anchors).size).toBe(anchors.length);
      const code = [
        ...files(`src/theories/${name}`, '.ts'),
        // Networks are kernels of the first theory, and name its equations.
        ...(name === 'finite-width' ? files('assembly/network', '.ts') : []),
        ...files(`assembly/theories/${name}`, '.ts'),
      ]
        .map(read)
        .join('\n');
      const named = new Set<string>();
      for (const match of code.matchAll(/\(([A-Z])(\d+)\)(?:-\(\1(\d+)\))?/g)) {
        const [, letter, from, to] = match;
        for (let i = Number(from); i <= Number(to ?? from); i++) named.add(`${letter}${i}`);
      }
      expect([...named].filter((anchor) => !anchors.includes(anchor))).toEqual([]);
      expect(anchors.filter((anchor) => !named.has(anchor))).toEqual([]);
    },
  );

  it('has no broken relative link', () => {
    const pages = ['README.md', ...files('docs', '.md')].filter((path) => existsSync(join(root, path)));
    for (const path of pages) {
      for (const match of read(path).matchAll(/\]\(([^)#\s]+)(#[^)]*)?\)/g)) {
        const target = match[1]!;
        if (/^[a-z]+:/.test(target)) continue;
        expect(existsSync(join(root, dirname(path), target)), `${path}: ${target}`).toBe(true);
      }
    }
  });

  it('gives a reason for every dependency, and for no other', () => {
    const { dependencies, devDependencies, optionalDependencies } = JSON.parse(read('package.json'));
    const bench = JSON.parse(read('bench/package.json')).dependencies;
    const installed = Object.keys({ ...dependencies, ...devDependencies, ...optionalDependencies, ...bench });
    const rows = read('docs/dependencies.md')
      .split('\n')
      .filter((line) => line.startsWith('| `'));
    const named = rows.flatMap((row) =>
      [...row.split('|')[1]!.matchAll(/`([^`]+)`/g)].map((match) => match[1]!),
    );
    expect([...new Set(named)].sort()).toEqual(installed.sort());
  });

  it('explains every code of a warning', () => {
    const sources = files('src', '.ts').map(read).join('\n');
    const codes = new Set([...sources.matchAll(/\bcode: '([a-z]+(?:-[a-z]+)*)'/g)].map((match) => match[1]!));
    expect(codes.size).toBeGreaterThan(15);
    const pages = read('docs/errors.md') + read('docs/real-data.md');
    expect([...codes].filter((code) => !pages.includes(`| \`${code}\` |`))).toEqual([]);
  });

  it('names every public function of the numerics', () => {
    const page = read('docs/numerics.md');
    for (const name of Object.keys(numerics)) {
      expect(page, name).toMatch(new RegExp(`\\b${name}\\b`));
    }
  });
});
