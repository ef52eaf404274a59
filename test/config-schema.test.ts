import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { configSchema } from '../src/index.ts';
import { theories } from '../src/theories/list.ts';

const examples = fileURLToPath(new URL('../examples/', import.meta.url));

interface Node {
  readonly [keyword: string]: unknown;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Node>>;
  readonly required?: readonly string[];
  readonly items?: Node;
  readonly anyOf?: readonly Node[];
  readonly oneOf?: readonly Node[];
  readonly enum?: readonly unknown[];
}

const schemas: [name: string, schema: Node][] = theories.flatMap((theory) => [
  [theory.name, theory.jsonSchema()],
  ...(theory.fitJsonSchema ? [[`fit of ${theory.name}`, theory.fitJsonSchema()] as [string, Node]] : []),
]);

/** Every field of a schema with its path. */
function* fieldsOf(node: Node, path = ''): Generator<[path: string, field: Node]> {
  for (const [name, field] of Object.entries(node.properties ?? {})) {
    yield [`${path}.${name}`, field];
    yield* fieldsOf(field, `${path}.${name}`);
  }
  for (const form of [...(node.anyOf ?? []), ...(node.oneOf ?? [])]) {
    const [first] = Object.values(form.properties ?? {});
    yield* fieldsOf(form, first?.const === undefined ? path : `${path}<${first.const}>`);
  }
  if (node.items) yield* fieldsOf(node.items, `${path}[]`);
}

/** An independent reading of the keywords that the schemas use. */
function fits(node: Node, value: unknown): boolean {
  const known =
    'description title type properties required additionalProperties items anyOf oneOf enum const not default minimum maximum exclusiveMinimum exclusiveMaximum minItems maxItems minLength maxLength x-unit x-type $schema $id';
  for (const keyword of Object.keys(node)) expect(known.split(' ')).toContain(keyword);
  const typeFits = (type: unknown): boolean =>
    type === 'integer'
      ? Number.isInteger(value)
      : type === 'array'
        ? Array.isArray(value)
        : type === 'null'
          ? value === null
          : type === 'object'
            ? typeof value === 'object' && value !== null && !Array.isArray(value)
            : typeof value === type;
  if (node.type !== undefined && ![node.type].flat().some(typeFits)) return false;
  if ('const' in node && node.const !== value) return false;
  if (node.enum && !node.enum.includes(value)) return false;
  if (node.not) return false;
  if (node.anyOf && !node.anyOf.some((form) => fits(form, value))) return false;
  if (node.oneOf && node.oneOf.filter((form) => fits(form, value)).length !== 1) return false;
  if (typeof value === 'number') {
    const at = (keyword: string) => node[keyword] as number;
    if (value < at('minimum') || value > at('maximum')) return false;
    if (value <= at('exclusiveMinimum') || value >= at('exclusiveMaximum')) return false;
  }
  if (Array.isArray(value)) {
    if (value.length < (node.minItems as number) || value.length > (node.maxItems as number)) return false;
    if (node.items && !value.every((item) => fits(node.items!, item))) return false;
  } else if (typeof value === 'object' && value !== null && node.properties) {
    const { properties, required } = node;
    if (!required!.every((name) => name in value)) return false;
    return Object.entries(value).every(([name, inner]) => properties[name] && fits(properties[name], inner));
  }
  return true;
}

describe('the schema', () => {
  it.each(schemas)(
    'of %s: every field says in a sentence what it is, and numbers their range',
    (_, schema) => {
      for (const [path, field] of fieldsOf(schema)) {
        expect(field.description, path).toMatch(/.\.$/);
        expect(field.description, path).not.toMatch(/^[a-z]{2,}\./);
        expect(field.description!.length, path).toBeLessThan(320);
        const bound = field.minimum ?? field.exclusiveMinimum;
        if (bound !== undefined) expect(field.description, path).toContain(`${bound}`);
        if (field['x-unit'] !== undefined) expect(field.description, path).toContain(`${field['x-unit']}`);
        const fallback = JSON.stringify(field.default);
        if (fallback !== undefined && fallback !== '{}') expect(field.description, path).toContain(fallback);
        if (field.default !== undefined) expect(fits(field, field.default), path).toBe(true);
      }
    },
  );

  const files = readdirSync(examples).filter((name) => name.endsWith('.json'));
  it.each(files)('lets examples/%s through, with an address of it beside', (name) => {
    const config = JSON.parse(readFileSync(examples + name, 'utf8'));
    const schema = configSchema(config.theory);
    expect(fits(schema, config)).toBe(true);
    const edited = { $schema: './schema.json', ...config };
    expect(fits(schema, edited)).toBe(true);
    const theory = theories.find((one) => one.name === config.theory)!;
    expect(theory.check(edited)).toEqual(theory.check(config));
    expect(fits(schema, { ...config, modle: {} })).toBe(false);
    expect(fits(schema, { ...config, model: { ...config.model, width: 'wide', widthRatio: 'wide' } })).toBe(
      false,
    );
  });
});
