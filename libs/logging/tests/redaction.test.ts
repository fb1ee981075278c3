import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createLogger } from '../src/index.ts';

const SECRETS = ['token', 'secret', 'authorization', 'password'];

function logged(fields: object): Record<string, unknown> {
  const lines: string[] = [];
  createLogger('tests', 'info', { write: (line) => void lines.push(line) }).info(fields, 'happened');
  expect(lines).toHaveLength(1);
  return JSON.parse(lines[0] ?? '');
}

test.each(SECRETS)('no line shows it, at the top or one below: %s', (name) => {
  const line = logged({ [name]: 'hush', headers: { [name]: 'hush', host: 'localhost' }, user_id: 7 });
  expect(JSON.stringify(line)).not.toContain('hush');
  expect(line).toMatchObject({
    [name]: '[redacted]',
    headers: { [name]: '[redacted]', host: 'localhost' },
    user_id: 7,
    service: 'tests',
    msg: 'happened',
  });
});

test('a line shows everything but secrets as it was given, whatever else it says', () => {
  const name = fc.stringMatching(/^[a-z]{1,8}$/).map((text) => `x_${text}`);
  const value = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null));
  const plain = fc.dictionary(name, fc.oneof(value, fc.dictionary(name, value)));
  fc.assert(
    fc.property(plain, fc.subarray(SECRETS), fc.constantFrom('top', 'below'), (fields, secrets, place) => {
      const hushed = Object.fromEntries(secrets.map((secret) => [secret, 'hush']));
      const blanked = Object.fromEntries(secrets.map((secret) => [secret, '[redacted]']));
      const told = logged(place === 'top' ? { ...fields, ...hushed } : { ...fields, below: hushed });
      expect(told).toMatchObject(place === 'top' ? { ...fields, ...blanked } : { ...fields, below: blanked });
      expect(JSON.stringify(told)).not.toContain('"hush"');
    }),
  );
});
