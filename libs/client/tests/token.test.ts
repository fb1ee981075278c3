import { describe, expect, test } from '@jest/globals';
import { createTokenSource, expiryOf } from '../src/token.ts';

/** A token as a client sees it: it reads the end, and cannot judge the signature. */
function tokenEnding(inMs: number): string {
  const claims = { id: 7, companyId: 1, exp: (Date.now() + inMs) / 1_000, jti: Math.random() };
  return `header.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.signature`;
}

describe('the source of tokens', () => {
  test('knows when a token ends, and takes a token that does not say', () => {
    const end = expiryOf(tokenEnding(5_000)) ?? 0;
    expect(end - Date.now()).toBeGreaterThan(4_000);
    expect(expiryOf('no token')).toBeUndefined();
  });

  test('asks for a new one before the old one ends', async () => {
    const source = createTokenSource({ getToken: async () => tokenEnding(2_000) });
    const first = await source.current();
    let end = () => {};
    const fresh = await new Promise<string>((resolve) => {
      end = source.keepFresh(resolve);
    });
    end();
    expect(fresh).not.toBe(first);
    expect(expiryOf(first)).toBeGreaterThan(Date.now());
    expect(await source.current()).toBe(fresh);
  });

  test('asks once for all who need one at the same time', async () => {
    let asked = 0;
    const source = createTokenSource({
      async getToken() {
        asked += 1;
        return tokenEnding(60_000);
      },
    });
    const tokens = await Promise.all([source.current(), source.current()]);
    const renewed = await Promise.all(tokens.map((token) => source.renew(token)));
    expect(asked).toBe(2);
    expect(new Set(renewed).size).toBe(1);
    // One that is not the refused one is shown first.
    expect(await source.renew('an older one')).toBe(renewed[0]);
    expect(asked).toBe(2);
  });

  test('has no other one when it was given one, or when it gets the refused one again', async () => {
    const token = tokenEnding(60_000);
    await expect(createTokenSource({ token }).renew(token)).rejects.toMatchObject({ code: 'unauthorized' });
    const same = createTokenSource({ getToken: async () => token });
    await expect(same.renew(token)).rejects.toMatchObject({ code: 'unauthorized' });
    const failing = createTokenSource({ getToken: () => Promise.reject(new Error('away')) });
    await expect(failing.current()).rejects.toMatchObject({ code: 'unavailable', retryable: true });
  });
});
