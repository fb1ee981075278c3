/** JSON Schema, as far as it is compared. */
interface Schema {
  $ref?: string;
  type?: string | string[];
  const?: unknown;
  enum?: unknown[];
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  anyOf?: Schema[];
  oneOf?: Schema[];
  [keyword: string]: unknown;
}

/** A document with schemas in any place. */
type Json = Record<string, unknown>;

/** A parameter of an operation. */
interface ParameterObject {
  in: string;
  name: string;
  required?: boolean;
  schema: Schema;
}

/** A side of the wire: clients send `input`, and read `output`. */
type Side = 'input' | 'output';

/** Keywords that bound values from above, and from below. */
const UPPER = ['maximum', 'maxLength', 'maxItems'];
const LOWER = ['minimum', 'minLength', 'minItems', 'exclusiveMinimum'];

/**
 * Finds what a new OpenAPI document breaks for clients of the old one. Operations, answers and fields may be gone. Fields may
 * be absent now, or of another type. Input may be refused now that was accepted.
 *
 * @returns one line for each break, which names its place
 */
export function findBreakingChanges(old: Json, now: Json): string[] {
  const found: string[] = [];
  for (const [path, methods] of Object.entries(recordOf(old['paths']))) {
    for (const [method, before] of Object.entries(recordOf(methods))) {
      const place = `${method.toUpperCase()} ${path}`;
      const after = recordOf(recordOf(now['paths'])[path])[method];
      if (after === undefined) found.push(`${place}: is gone`);
      else found.push(...compareOperations(new Comparison(old, now), place, recordOf(before), recordOf(after)));
    }
  }
  return found;
}

/**
 * Finds what a new AsyncAPI document breaks for clients of the old one, as `findBreakingChanges` does. Clients send the frames
 * of its operations.
 *
 * @returns one line for each break, which names its place
 */
export function findBreakingFrames(old: Json, now: Json): string[] {
  const messagesOf = (document: Json) => recordOf(recordOf(recordOf(document['channels'])['socket'])['messages']);
  const received = recordOf(old['operations']);
  return Object.entries(messagesOf(old)).flatMap(([name, before]) => {
    const after = messagesOf(now)[name];
    if (after === undefined) return [`${name}: is gone`];
    const side: Side = name in received ? 'input' : 'output';
    const comparison = new Comparison(old, now);
    return comparison.compare(name, side, schemaIn(before, 'payload'), schemaIn(after, 'payload'));
  });
}

function compareOperations(comparison: Comparison, place: string, before: Json, after: Json): string[] {
  const found: string[] = [];
  const bodyOf = (operation: Json) => jsonSchemaOf(operation['requestBody']);
  const newBody = bodyOf(after);
  const oldBody = bodyOf(before);
  if (newBody && !oldBody) found.push(`${place}: needs a body now`);
  if (newBody && oldBody) found.push(...comparison.compare(`${place} body`, 'input', oldBody, newBody));
  const parametersOf = (operation: Json) => (operation['parameters'] ?? []) as ParameterObject[];
  for (const parameter of parametersOf(after)) {
    const known = parametersOf(before).find((other) => isSame(other, parameter));
    const named = `${place} ${parameter.in} ${parameter.name}`;
    if (parameter.required && !known?.required) found.push(`${named}: is required now`);
    if (known) found.push(...comparison.compare(named, 'input', known.schema, parameter.schema));
  }
  for (const parameter of parametersOf(before)) {
    const stays = parametersOf(after).some((other) => isSame(other, parameter));
    if (!stays) found.push(`${place} ${parameter.in} ${parameter.name}: is gone`);
  }
  for (const [status, answer] of Object.entries(recordOf(before['responses']))) {
    const next = recordOf(after['responses'])[status];
    if (next === undefined) found.push(`${place} ${status}: is gone`);
    const [oldAnswer, newAnswer] = [jsonSchemaOf(answer), jsonSchemaOf(next)];
    if (oldAnswer && newAnswer) found.push(...comparison.compare(`${place} ${status}`, 'output', oldAnswer, newAnswer));
  }
  return found;
}

function isSame(one: ParameterObject, other: ParameterObject): boolean {
  return one.name === other.name && one.in === other.in;
}

/** Compares schemas of two documents. Named schemas are followed once each, since they may name themselves. */
class Comparison {
  readonly #old: Json;
  readonly #now: Json;
  readonly #seen = new Set<string>();

  constructor(old: Json, now: Json) {
    this.#old = old;
    this.#now = now;
  }

  compare(place: string, side: Side, from: Schema, to: Schema): string[] {
    if (from.$ref !== undefined) {
      const key = `${side} ${from.$ref}`;
      if (this.#seen.has(key)) return [];
      this.#seen.add(key);
    }
    const before = resolve(this.#old, from);
    const after = resolve(this.#now, to);
    const choices = { before: choicesOf(before), after: choicesOf(after) };
    if (choices.before.length > 1 || choices.after.length > 1) return this.#compareChoices(place, side, choices);
    return [
      ...compareTypes(place, side, before, after),
      ...compareValues(place, side, before, after),
      ...(side === 'input' ? compareBounds(place, before, after) : []),
      ...this.#compareProperties(place, side, before, after),
      ...(before.items && after.items ? this.compare(`${place}[]`, side, before.items, after.items) : []),
    ];
  }

  /** Each choice of the side that must stay fits one of the other side. */
  #compareChoices(place: string, side: Side, { before, after }: { before: Schema[]; after: Schema[] }): string[] {
    const [needed, offered] = side === 'input' ? [before, after] : [after, before];
    return needed.flatMap((one) => {
      const attempts = offered.map((other) =>
        side === 'input' ? this.#attempt(place, side, one, other) : this.#attempt(place, side, other, one),
      );
      if (attempts.some((breaks) => breaks.length === 0)) return [];
      return attempts.toSorted((some, others) => some.length - others.length)[0] ?? [`${place}: has no choice`];
    });
  }

  /** Compares without remembering what was followed: another choice may follow it again. */
  #attempt(place: string, side: Side, from: Schema, to: Schema): string[] {
    return new Comparison(this.#old, this.#now).compare(place, side, from, to);
  }

  #compareProperties(place: string, side: Side, before: Schema, after: Schema): string[] {
    const found: string[] = [];
    const [was, is] = [before.properties ?? {}, after.properties ?? {}];
    for (const [name, schema] of Object.entries(was)) {
      const next = is[name];
      if (next) found.push(...this.compare(`${place}.${name}`, side, schema, next));
      else found.push(`${place}.${name}: is gone`);
    }
    const [certain, uncertain] = side === 'input' ? [after, before] : [before, after];
    const verdict = side === 'input' ? 'is required now' : 'may be absent now';
    for (const name of certain.required ?? []) {
      const isKnown = side === 'input' || name in is;
      if (isKnown && !uncertain.required?.includes(name)) found.push(`${place}.${name}: ${verdict}`);
    }
    return found;
  }
}

function compareTypes(place: string, side: Side, before: Schema, after: Schema): string[] {
  const [old, now] = [typesOf(before), typesOf(after)];
  if (old.length === 0 || now.length === 0) return [];
  const [needed, offered] = side === 'input' ? [old, now] : [now, old];
  const fits = (type: string) => offered.includes(type) || (type === 'integer' && offered.includes('number'));
  return needed.every(fits) ? [] : [`${place}: was ${old.join(' or ')} and is ${now.join(' or ')}`];
}

/** An answer may get new values of an enumeration, since clients ignore what they do not know. */
function compareValues(place: string, side: Side, before: Schema, after: Schema): string[] {
  const [old, now] = [valuesOf(before), valuesOf(after)];
  if (side === 'output') {
    return old?.length === 1 && now && !now.includes(old[0])
      ? [`${place}: is no longer ${JSON.stringify(old[0])}`]
      : [];
  }
  if (!now) return [];
  if (!old) return [`${place}: takes only ${JSON.stringify(now)} now`];
  return old
    .filter((value) => !now.includes(value))
    .map((value) => `${place}: no longer takes ${JSON.stringify(value)}`);
}

function compareBounds(place: string, before: Schema, after: Schema): string[] {
  const bound = (schema: Schema, keyword: string, otherwise: number) => (schema[keyword] as number) ?? otherwise;
  const tightened = [
    ...UPPER.filter((keyword) => bound(after, keyword, Infinity) < bound(before, keyword, Infinity)),
    ...LOWER.filter((keyword) => bound(after, keyword, -Infinity) > bound(before, keyword, -Infinity)),
  ];
  return tightened.map((keyword) => `${place}: ${keyword} is ${String(after[keyword])} now`);
}

function choicesOf(schema: Schema): Schema[] {
  return schema.anyOf ?? schema.oneOf ?? [schema];
}

function typesOf({ type }: Schema): string[] {
  return type === undefined ? [] : [type].flat();
}

function valuesOf({ const: value, enum: values }: Schema): unknown[] | undefined {
  return value === undefined ? values : [value];
}

function resolve(document: Json, schema: Schema): Schema {
  if (schema.$ref === undefined) return schema;
  const name = schema.$ref.slice(schema.$ref.lastIndexOf('/') + 1);
  return schemaIn(recordOf(recordOf(document['components'])['schemas']), name);
}

function jsonSchemaOf(container: unknown): Schema | undefined {
  const content = recordOf(recordOf(container)['content'])['application/json'];
  return content === undefined ? undefined : schemaIn(content, 'schema');
}

function schemaIn(container: unknown, name: string): Schema {
  return (recordOf(container)[name] ?? {}) as Schema;
}

function recordOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
