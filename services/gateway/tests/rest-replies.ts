import { expect } from '@jest/globals';
import { type RestReply, token } from '@vestnik/testing';

/** Every failure looks like this, whatever went wrong. */
export function failure(code: string) {
  return {
    success: false,
    error: { code, message: expect.stringMatching(/./), request_id: expect.stringMatching(/^[A-Za-z0-9._-]{1,64}$/) },
  };
}

/** What a refusal tells, without what differs from request to request. */
export function told({ status, body }: RestReply): { status: number; code: string; message: string } {
  return { status, code: body.error.code, message: body.error.message };
}

/** A request of a user that leaves headers and body to the test. */
export async function rawCall(
  restUrl: string,
  userId: number,
  method: string,
  path: string,
  init: RequestInit = {},
): Promise<Response> {
  const headers = { authorization: `Bearer ${await token(userId)}`, ...(init.headers as Record<string, string>) };
  return fetch(`${restUrl}/api/messenger${path}`, { ...init, method, headers });
}
