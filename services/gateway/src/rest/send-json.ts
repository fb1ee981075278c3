import type { ServerResponse } from 'node:http';

/** Answers with JSON: express' own way also looks for conditional requests, which what is never cached does not know. */
export function sendJson(response: ServerResponse, status: number, body: object): void {
  send(response, status, JSON.stringify(body));
}

const BEFORE = '{"success":true,"data":';
const AFTER = '}';
const BEFORE_BYTES = Buffer.from(BEFORE);
const AFTER_BYTES = Buffer.from(AFTER);

/** Answers 200 with `data` that is JSON already, as text or bytes. */
export function sendData(response: ServerResponse, data: string | Uint8Array): void {
  send(
    response,
    200,
    typeof data === 'string' ? `${BEFORE}${data}${AFTER}` : Buffer.concat([BEFORE_BYTES, data, AFTER_BYTES]),
  );
}

function send(response: ServerResponse, status: number, body: string | Buffer): void {
  response.statusCode = status;
  response.setHeader('content-type', 'application/json; charset=utf-8');
  response.setHeader('content-length', Buffer.byteLength(body));
  response.end(body);
}
