import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
// @ts-expect-error plain JavaScript without types
import { configTypes, listOfTypes, typeName } from '../scripts/config-types.js';
import { theories } from '../src/theories/list.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

/** As biome would write it. */
const formatted = (code: string, path: string) =>
  execFileSync(
    process.execPath,
    ['node_modules/@biomejs/biome/bin/biome', 'format', `--stdin-file-path=${path}`],
    {
      cwd: root,
      input: code,
      encoding: 'utf8',
    },
  );

/** Holds a file to `code`, or writes it. */
function expectFile(path: string, code: string): void {
  const text = formatted(code, path);
  if (process.env.UPDATE_TYPES) writeFileSync(`${root}${path}`, text);
  expect(readFileSync(`${root}${path}`, 'utf8')).toBe(text);
}

describe('types of configurations', () => {
  it('are listed', () => {
    expectFile('src/theories/config-types.ts', listOfTypes(theories));
  });

  it.each(theories.map((theory) => [theory.name, theory] as const))(
    'of %s are those of its schema; UPDATE_TYPES=1 writes them',
    (name, theory) => {
      const schemas = {
        [typeName(name)]: theory.jsonSchema(),
        ...(theory.fitJsonSchema && { [typeName(`${name}-fit`)]: theory.fitJsonSchema() }),
      };
      expectFile(`src/theories/${name}/config-types.ts`, configTypes(schemas));
    },
  );
});
