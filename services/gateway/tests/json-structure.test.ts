import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { isWithinStructure, outlineOf } from '../src/limits/json-structure.ts';

/** White space that makes any text long enough to be looked at. */
const LONG = ' '.repeat(600);
const NO_LIMIT = Number.POSITIVE_INFINITY;

/** Depth and number of values, found by walking the parsed value. */
function walk(value: unknown): { depth: number; values: number } {
  if (typeof value !== 'object' || value === null) return { depth: 0, values: 0 };
  const inner = Object.values(value).map(walk);
  return {
    depth: 1 + Math.max(0, ...inner.map(({ depth }) => depth)),
    // An object or array itself, and each sign between two values.
    values: 1 + Math.max(0, inner.length - 1) + inner.reduce((sum, { values }) => sum + values, 0),
  };
}

describe('the structure of a text', () => {
  test('is what a walk through the parsed value finds, whatever its strings say', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), fc.boolean(), (value, isWide) => {
        const text = JSON.stringify(value, null, isWide ? 2 : 0) + LONG;
        const { depth, values } = walk(JSON.parse(text));
        expect(isWithinStructure(text, { jsonDepth: depth, jsonValues: values })).toBe(true);
        if (depth === 0) return;
        expect(isWithinStructure(text, { jsonDepth: depth - 1, jsonValues: NO_LIMIT })).toBe(false);
        expect(isWithinStructure(text, { jsonDepth: NO_LIMIT, jsonValues: values - 1 })).toBe(false);
      }),
    );
  });

  test('is bounded too where the text is no JSON', () => {
    for (const part of ['[', '{', '"["[', ',']) {
      expect(isWithinStructure(part.repeat(1_000), { jsonDepth: 32, jsonValues: 500 })).toBe(false);
    }
    expect(isWithinStructure('"\\'.repeat(10_000), { jsonDepth: 32, jsonValues: 500 })).toBe(true);
  });
});

describe('the outline of a text', () => {
  const id = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.integer(),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
  );

  test('has the id of its object, wherever it stands and however it is written', () => {
    fc.assert(
      fc.property(id, fc.jsonValue(), fc.boolean(), fc.boolean(), (given, data, isFirst, isWide) => {
        const frame = isFirst ? { id: given, data } : { data: [{ id: 1 }, data], nested: { id: 2 }, id: given };
        const outline = outlineOf(JSON.stringify(frame, null, isWide ? 2 : 0));
        expect(outline.isObject).toBe(true);
        expect(JSON.parse(outline.id ?? '')).toEqual(JSON.parse(JSON.stringify(given)));
      }),
    );
  });

  test.each(['', '[]', '1', '{"a":1', '{"a":[}', '{}{}', '[{"id":1}]'])('of what is no object says so: %s', (text) => {
    expect(outlineOf(text)).toEqual({ isObject: false, id: undefined });
  });

  test('has no id where the object has none, or one that is no string and no number', () => {
    for (const text of ['{}', '{"event":"id"}', '{"id":null}', '{"id":[1]}', '{"x":{"id":1}}', '{"idx":1}']) {
      expect(outlineOf(text)).toEqual({ isObject: true, id: undefined });
    }
  });
});
