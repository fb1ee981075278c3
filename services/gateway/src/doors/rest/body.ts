import type { IncomingMessage } from 'node:http';
import { VestnikError } from '@vestnik/contracts';
import express from 'express';
import { isWithinStructure, type JsonLimits } from '../../limits/json-structure.ts';
import { findJsonFault } from './json-fault.ts';
import type { ApiResponse, Step } from './locals.ts';
import { StatusError } from './status-error.ts';

/** The charsets whose texts are UTF-8 too. JSON between systems is UTF-8 (RFC 8259, 8.1). */
const CHARSETS = new Set(['utf-8', 'utf8', 'us-ascii', 'ascii']);
const JSON_TYPE = /^application\/json *(?:;|$)/i;
const CHARSET = /;\s*charset\s*=\s*"?([^";\s]*)"?/i;

const NOTHING = Buffer.alloc(0);
const UTF8 = new TextDecoder('utf-8', { fatal: true });

/**
 * Creates the reader of bodies of at most `limit` bytes, declared as `application/json`.
 *
 * @returns throws what Express' parser throws, and VestnikError: status 415 for another type; `too_large`; `bad_request` for
 *   another charset.
 */
export function createBodyReader(
  limit: number,
): (request: Parameters<Step>[0], response: ApiResponse) => Promise<Buffer> {
  const readBytes: Step = express.raw({ limit, type: () => true });
  return async (request, response) => {
    if (hasBody(request)) checkType(request.headers['content-type'] ?? '');
    if (Number(request.headers['content-length']) > limit) {
      // The parser would answer only behind the whole body. The body is still read: a client that is sending would not find
      // the answer on a connection that was cut.
      request.resume();
      throw new VestnikError('too_large', 'The body is too large');
    }
    await new Promise<void>((resolve, reject) => {
      void readBytes(request, response, (error?: unknown) => (error ? reject(error) : resolve()));
    });
    return Buffer.isBuffer(request.body) ? request.body : NOTHING;
  };
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

function checkType(type: string): void {
  if (!JSON_TYPE.test(type)) throw new StatusError(415, 'The body must be declared as application/json');
  const charset = CHARSET.exec(type)?.[1] ?? 'utf-8';
  if (!CHARSETS.has(charset.toLowerCase())) throw new VestnikError('bad_request', 'The body must be UTF-8');
}

/**
 * Parses a body as a JSON object.
 *
 * @throws VestnikError `bad_request` for a body that is no UTF-8, and for no JSON object, naming where the JSON breaks off;
 *   `too_large` for one that is nested too deeply or has too many values.
 */
export function parseBody(bytes: Buffer, limits: JsonLimits): object {
  const text = decode(bytes);
  if (text === '') throw new VestnikError('bad_request', 'The body must be a JSON object');
  if (!isWithinStructure(text, limits)) {
    throw new VestnikError('too_large', 'The body is nested too deeply or has too many values');
  }
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    const fault = findJsonFault(text);
    throw new VestnikError('bad_request', `The body must be a JSON object; it is no JSON at ${fault}`);
  }
  if (typeof body === 'object' && body !== null && !Array.isArray(body)) return body;
  throw new VestnikError('bad_request', 'The body must be a JSON object');
}

/** Decodes UTF-8. A byte-order mark at the beginning is left out. */
function decode(bytes: Buffer): string {
  try {
    return UTF8.decode(bytes);
  } catch {
    throw new VestnikError('bad_request', 'The body is not UTF-8');
  }
}
