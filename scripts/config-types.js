// TypeScript types of configurations from their JSON Schemas, with what the schemas say of a field as its comment. Knows no theory.

const words = (name) => name.replace(/(^|-)(.)/g, (_, __, letter) => letter.toUpperCase());

/** `finite-width` → `FiniteWidthConfig`. */
export const typeName = (theory) => `${words(theory)}Config`;

const key = (name) => (/^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name));
const comment = (text) => (text ? `/** ${text.replaceAll('*/', '* /')} */\n` : '');
const unique = (texts) => [...new Set(texts)];

/** The name under which variants are told apart and what is beside it, where the schema is such a variant. */
function variant({ properties = {} }) {
  const [[name, first] = [], ...rest] = Object.entries(properties);
  return first && 'const' in first ? { name, first, bare: rest.length === 0 } : undefined;
}

/** Variants that are told apart by name alone are one type with all of their names. */
function unionOf(schemas) {
  const bare = schemas.filter((schema) => variant(schema)?.bare);
  if (bare.length < 2) return unique(schemas.map(typeOf)).join(' | ');
  const { name } = variant(bare[0]);
  const firsts = bare.map((schema) => variant(schema).first);
  const names = firsts.map((first) => JSON.stringify(first.const)).join(' | ');
  const meanings = firsts
    .filter(({ description }) => description)
    .map((first) => `\`${first.const}\`: ${first.description}`);
  const together = `{ ${comment(meanings.join(' '))}readonly ${key(name)}: ${names} }`;
  return [together, ...schemas.filter((schema) => !bare.includes(schema)).map(typeOf)].join(' | ');
}

function membersOf({ properties, required }) {
  return Object.entries(properties).map(([name, field]) => {
    const missable = required.includes(name) ? '' : '?';
    return `${comment(field.description)}readonly ${key(name)}${missable}: ${typeOf(field)};`;
  });
}

/** What a caller may write for a value of this schema. */
function typeOf(schema) {
  if (schema['x-type']) return schema['x-type'];
  if ('const' in schema) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(' | ');
  if (schema.anyOf) return unique(schema.anyOf.map(typeOf)).join(' | ');
  if (schema.oneOf) return unionOf(schema.oneOf);
  if (Array.isArray(schema.type)) return schema.type.join(' | ');
  switch (schema.type) {
    case 'object':
      return `{\n${membersOf(schema).join('\n')}\n}`;
    case 'array': {
      const item = typeOf(schema.items);
      if (item === 'number') return 'ArrayLike<number>';
      return /[|{]/.test(item) ? `readonly (${item})[]` : `readonly ${item}[]`;
    }
    case 'integer':
      return 'number';
    case 'number':
    case 'string':
    case 'boolean':
    case 'null':
      return schema.type;
    default:
      throw new Error(`no type for ${JSON.stringify(schema)}`);
  }
}

const HEAD = (what) => `// ${what} Made from the schemas by test/config-types.test.ts: do not edit.\n\n`;

/** A module that lists the types of all theories, and says what a configuration is. */
export function listOfTypes(theories) {
  const files = theories.map(({ name, fitJsonSchema }) => {
    const names = [typeName(name), ...(fitJsonSchema ? [typeName(`${name}-fit`)] : [])];
    return { names, path: `./${name}/config-types.ts` };
  });
  const imports = files.map(({ names: [name], path }) => `import type { ${name} } from '${path}';`);
  const exports = files.map(({ names, path }) => `export type { ${names.join(', ')} } from '${path}';`);
  const members = theories.map(({ name }) => `readonly '${name}': ${typeName(name)};`);
  return `${HEAD('What callers may write as a configuration, of any theory.')}${[...imports, '', ...exports].join('\n')}

/** The configurations of runs by the names of their theories. */
export interface ConfigByTheory {
${members.join('\n')}
}

/** The configuration of a run; its theory is the one that it names. */
export type Config = ConfigByTheory[keyof ConfigByTheory];

/** The same where the theory is known, so that what does not fit is told of that theory's fields. */
export type ConfigOf<T extends keyof ConfigByTheory> = { readonly theory: T } & ConfigByTheory[T];
`;
}

/** A module that exports a type for each of `schemas`, by name; no interface, which a plain record like the problem of a solution cannot be cast to. */
export function configTypes(schemas) {
  const types = Object.entries(schemas).map(
    ([name, schema]) =>
      `${comment(schema.description)}export type ${name} = {\n${membersOf(schema).join('\n')}\n};\n`,
  );
  return `${HEAD('What callers may write as a configuration.')}${types.join('\n')}`;
}
