import { isUtf8 } from 'node:buffer';
import { VestnikError } from '@vestnik/contracts';
import express from 'express';
import type { ApiResponse, Step } from './locals.ts';

/**
 * Creates what reads the body of a request, whatever type it claims: a JSON object of at most `limit` bytes. It throws what
 * Express' parser refuses with, and VestnikError: `too_large`, or `bad_request` for what is no JSON object.
 */
export function createBodyReader(
  limit: number,
): (request: Parameters<Step>[0], response: ApiResponse) => Promise<object> {
  const parser = bodyParser(limit);
  return async (request, response) => {
    if (Number(request.headers['content-length']) > limit) {
      // Answered at once, where the parser would wait for all of it. It is still read: a client that is sending would
      // not find the answer behind a connection that was cut.
      request.resume();
      throw new VestnikError('too_large', 'The body is too large');
    }
    await new Promise<void>((resolve, reject) => {
      void parser(request, response, (error?: unknown) => (error ? reject(error) : resolve()));
    });
    const body: unknown = request.body;
    if (typeof body !== 'object' || body === null || Array.isArray(body)) {
      throw new VestnikError('bad_request', 'The body must be a JSON object');
    }
    return body;
  };
}

/** JSON between systems is UTF-8 (RFC 8259, 8.1). */
function bodyParser(limit: number): Step {
  return express.json({
    limit,
    type: () => true,
    verify(_, __, bytes, charset) {
      // Express would take it for an object without fields.
      if (bytes.length === 0) throw new VestnikError('bad_request', 'The body must be a JSON object');
      if (charset !== 'utf-8' || !isUtf8(bytes)) throw new VestnikError('bad_request', 'The body is not UTF-8');
    },
  });
}
