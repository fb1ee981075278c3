import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { findJsonFault } from '../src/doors/rest/json-fault.ts';

test.each([
  ['', 'line 1, column 1'],
  ['  ', 'line 1, column 3'],
  ['x', 'line 1, column 1'],
  ['{"a":1,}', 'line 1, column 8'],
  ['{"a" 1}', 'line 1, column 6'],
  ["{'a':1}", 'line 1, column 2'],
  ['{"a":1', 'line 1, column 7'],
  ['{\n  "a": 1\n  "b": 2\n}', 'line 3, column 3'],
  ['[1,2', 'line 1, column 5'],
  ['[1,]', 'line 1, column 4'],
  ['{"a":01}', 'line 1, column 6'],
  ['{"a":"x\ny"}', 'line 1, column 6'],
  ['{"a":"\\x"}', 'line 1, column 6'],
  ['{"a":truex}', 'line 1, column 6'],
  ['{"a":1]', 'line 1, column 7'],
  ['{} {}', 'line 1, column 4'],
])('names the place where a text is no longer JSON: %j', (text, place) => {
  expect(() => JSON.parse(text)).toThrow();
  expect(findJsonFault(text)).toBe(place);
});

test('finds a place in whatever JSON.parse refuses, at the end or before the character that was changed', () => {
  const edits = fc.record({
    value: fc.jsonValue(),
    at: fc.nat(),
    put: fc.constantFrom('', '}', ']', ',', '"', 'x', ' '),
  });
  fc.assert(
    fc.property(edits, ({ value, at, put }) => {
      const json = JSON.stringify(value);
      const from = at % json.length;
      const text = json.slice(0, from) + put + json.slice(from + 1);
      try {
        JSON.parse(text);
      } catch {
        const [, column] = /column (\d+)$/.exec(findJsonFault(text)) ?? [];
        expect(Number(column)).toBeGreaterThan(0);
        expect(Number(column)).toBeLessThanOrEqual(text.length + 1);
      }
    }),
    { numRuns: 2_000 },
  );
});
