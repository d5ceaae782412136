import { readFileSync } from 'node:fs';

/** The part of an OpenAPI 3.0 schema that the official descriptions use. */
interface Schema {
  readonly type: 'object' | 'array' | 'string' | 'integer' | 'number' | 'boolean';
  readonly format?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
}

interface Operation {
  readonly parameters: readonly { readonly name: string; readonly in: string; readonly required: boolean }[];
  readonly responses: { '200': { content: { 'application/json': { schema: Schema } } } };
}

const official = new URL(
  '../../node_modules/@tts-open-toolkit/cli/skills/tts-openapi-guide/references/oas/paths/authorization.json',
  import.meta.url,
);

/** Returns TikTok Shop's own description of an endpoint. */
export function operation(method: 'get' | 'delete', path: string): Operation {
  const { paths } = JSON.parse(readFileSync(official, 'utf8')) as {
    paths: Record<string, Record<string, Operation> | undefined>;
  };
  const found = paths[path]?.[method];
  if (found === undefined) throw new Error(`Not described: ${method} ${path}`);
  return found;
}

/** Returns the schema of the endpoint's successful response. */
export function schemaOf({ responses }: Operation): Schema {
  return responses['200'].content['application/json'].schema;
}

/**
 * Returns the differences between a value and its description. The descriptions mark no field as required, so every
 * field counts as required; fields that aren't described are differences too.
 */
export function differences(value: unknown, schema: Schema, at = 'answer'): string[] {
  if (!hasType(value, schema)) return [`${at}: not ${schema.format ?? schema.type}`];
  if (Array.isArray(value)) {
    const { items } = schema;
    return items === undefined ? [] : value.flatMap((item, n) => differences(item, items, `${at}[${String(n)}]`));
  }
  if (schema.type !== 'object') return [];
  const fields = value as Record<string, unknown>;
  const properties = schema.properties ?? {};
  return [
    ...Object.keys(fields)
      .filter((name) => !(name in properties))
      .map((name) => `${at}.${name}: not described`),
    ...Object.entries(properties).flatMap(([name, described]) =>
      name in fields ? differences(fields[name], described, `${at}.${name}`) : [`${at}.${name}: absent`],
    ),
  ];
}

function hasType(value: unknown, { type, format }: Schema): boolean {
  switch (type) {
    case 'object':
      return typeof value === 'object' && value !== null && !Array.isArray(value);
    case 'array':
      return Array.isArray(value);
    case 'integer':
      return Number.isInteger(value) && (format !== 'int32' || Math.abs(Number(value)) < 2 ** 31);
    case 'number':
    case 'string':
    case 'boolean':
      return typeof value === type;
  }
}
