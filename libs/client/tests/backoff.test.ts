import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { afterClose, within } from '../src/line/backoff.ts';

const MINUTE_MS = 60_000;

describe('after a close', () => {
  test('of a lost line, the client waits a random time of zero to a bound that doubles up to a minute', () => {
    const bounds = [0, 1, 2, 3, 20].map((failures) => afterClose(1006, failures));
    expect(bounds).toEqual([500, 1_000, 2_000, 4_000, MINUTE_MS].map((most) => ({ wait: [0, most] })));
  });

  test('of a restarting server, the clients come back over five seconds', () => {
    expect(afterClose(1012, 0)).toEqual({ wait: [0, 5_000] });
  });

  test('for flooding, the client stays away for a minute', () => {
    expect(afterClose(4429, 0)).toEqual({ wait: [MINUTE_MS, 1.5 * MINUTE_MS] });
  });

  test('for its token, the client needs another one, and for a malformed frame it stops', () => {
    expect(afterClose(4401, 0)).toEqual({ renew: true });
    expect(afterClose(4400, 0)).toMatchObject({ stop: { code: 'bad_request' } });
  });

  test('a wait lies within its span', () => {
    fc.assert(
      fc.property(fc.nat(MINUTE_MS), fc.nat(MINUTE_MS), (least, more) => {
        const wait = within([least, least + more]);
        expect(wait).toBeGreaterThanOrEqual(least);
        expect(wait).toBeLessThanOrEqual(least + more);
      }),
    );
  });
});
