import { expect } from '@jest/globals';
import { type RestReply, token } from '@vestnik/testing';

/** Every failure looks like this, whatever went wrong. */
export function failure(code: string) {
  return {
    success: false,
    error: { code, message: expect.stringMatching(/./), request_id: expect.stringMatching(/^[A-Za-z0-9._-]{1,64}$/) },
  };
}

/** Returns the parts of a refusal that are the same in every request. */
export function told({ status, body }: RestReply): { status: number; code: string; message: string } {
  return { status, code: body.error.code, message: body.error.message };
}

/** A request of a user that leaves headers and body to the test. A body is declared as JSON unless the test does it. */
export async function rawCall(
  restUrl: string,
  userId: number,
  method: string,
  path: string,
  init: RequestInit = {},
): Promise<Response> {
  const headers = {
    authorization: `Bearer ${await token(userId)}`,
    ...(init.body !== undefined && { 'content-type': 'application/json' }),
    ...(init.headers as Record<string, string>),
  };
  return fetch(`${restUrl}/api/messenger${path}`, { ...init, method, headers });
}
