import fc from 'fast-check';

/** A schema as the contracts have it: all that is asked of it here is how it looks as JSON Schema. */
interface Described {
  toJSONSchema(options: { io: 'input'; unrepresentable: 'any' }): unknown;
}

/** The parts of a JSON Schema that are looked at. */
interface JsonSchema {
  type?: string;
  enum?: unknown[];
  const?: unknown;
  format?: string;
  anyOf?: JsonSchema[];
  properties?: Record<string, JsonSchema>;
  required?: string[];
  items?: JsonSchema;
}

const json = (value: unknown) => JSON.stringify(value);
const deep = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);

/** Numbers at the edges of what JSON, JavaScript and Postgres can say. */
const NUMBERS =
  `0 -0 -1 0.5 1.0 1e0 1e400 -1e400 1e-400 2147483647 2147483648 9007199254740991 9007199254740992 9007199254740993
   -9007199254740993 9223372036854775807 9223372036854775808 18446744073709551616 123456789012345678901234567890`.split(
    /\s+/,
  );

/** Text that somewhere means something else, cannot be stored, or is easily changed on the way. */
const TEXTS = [
  '',
  ' ',
  '\0',
  'a\0b',
  '\ud800',
  'x\udc00',
  '\udc00\ud800',
  '\ufeffmark',
  '\ufffd',
  '\uffff',
  '__proto__',
  'constructor',
  'null',
  '1',
  '%00',
  '%',
  "' or 1=1; --",
  '$1',
  '\\u0000',
  '{"$ne":null}',
  '../../etc/passwd',
  '\r\nx: y',
  'line\u2028separator',
  '\u202eRTL override',
  'é vs é',
  'a\u0301\u0302\u0303\u0304\u0305\u0306\u0307\u0308',
  '\u200b\u200d\u2060',
  '👩‍👩‍👧‍👦🏳️‍🌈🇩🇪',
  'x'.repeat(10_001),
  '👍'.repeat(10_000),
];

/** JSON texts that no schema expects here. */
const strange = fc.oneof(
  { arbitrary: fc.constantFrom(...NUMBERS), weight: 3 },
  { arbitrary: fc.constantFrom(...TEXTS).map(json), weight: 3 },
  fc.string({ unit: 'binary', maxLength: 40 }).map(json),
  fc.constantFrom('null', 'true', 'false', '[]', '{}', deep(2_000), '{"a":'.repeat(500) + '1' + '}'.repeat(500)),
  fc.constantFrom(
    '{"__proto__":{"admin":true}}',
    '{"constructor":{"prototype":{"admin":true}}}',
    '{"toString":1,"valueOf":2,"toJSON":3,"then":4,"length":5}',
  ),
  fc.json({ maxDepth: 3 }),
);

/** Fields that a dishonest client might add. */
const SURPLUS =
  'id user_id userId sender_id senderId company_id owner_id role admin version created_at seq deleted_at __proto__ then'.split(
    ' ',
  );

/**
 * JSON texts near what a schema takes: of its shape, with a field here and there that is missing, given twice, unknown or
 * of a strange value. `ids` are those that exist; an integer is mostly one of them.
 */
export function nearValid(schema: Described, ids: readonly number[]): fc.Arbitrary<string> {
  return near(schema.toJSONSchema({ io: 'input', unrepresentable: 'any' }) as JsonSchema, ids);
}

function near(schema: JsonSchema, ids: readonly number[]): fc.Arbitrary<string> {
  return fc.oneof({ arbitrary: ofShape(schema, ids), weight: 14 }, { arbitrary: strange, weight: 1 });
}

function ofShape(schema: JsonSchema, ids: readonly number[]): fc.Arbitrary<string> {
  if (schema.anyOf) return fc.oneof(...schema.anyOf.map((alternative) => near(alternative, ids)));
  if (schema.const !== undefined) return fc.constant(json(schema.const));
  if (schema.enum) return fc.constantFrom(...schema.enum.map(json));
  switch (schema.type) {
    case 'integer':
    case 'number':
      return fc.oneof(
        { arbitrary: fc.constantFrom(...ids.map(String)), weight: 8 },
        fc.integer({ min: 0, max: 99 }).map(String),
        fc.constantFrom(...NUMBERS),
      );
    case 'string':
      if (schema.format === 'date-time') return fc.date({ noInvalidDate: true }).map(json);
      return fc.oneof(
        fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }).map(json),
        fc.constantFrom(...TEXTS).map(json),
      );
    case 'boolean':
      return fc.constantFrom('true', 'false');
    case 'null':
      return fc.constant('null');
    case 'array':
      return fc.array(near(schema.items ?? {}, ids), { maxLength: 4 }).map((items) => `[${items.join(',')}]`);
    case 'object':
      return ofObject(schema, ids);
    default:
      return strange;
  }
}

function ofObject({ properties = {}, required = [] }: JsonSchema, ids: readonly number[]): fc.Arbitrary<string> {
  const fields = Object.entries(properties).map(([name, schema]) => {
    const field = near(schema, ids).map((value) => `${json(name)}:${value}`);
    const twice = fc.tuple(field, field).map((both) => both.join(','));
    const present = { arbitrary: fc.oneof({ arbitrary: field, weight: 24 }, twice), weight: 24 };
    return fc.oneof(present, { arbitrary: fc.constant(''), weight: required.includes(name) ? 1 : 12 });
  });
  const surplus = fc.tuple(fc.constantFrom(...SURPLUS), strange).map(([name, value]) => `${json(name)}:${value}`);
  const extra = fc.oneof({ arbitrary: fc.constant(''), weight: 4 }, surplus);
  return fc.tuple(...fields, extra).map((parts) => `{${parts.filter((part) => part !== '').join(',')}}`);
}
