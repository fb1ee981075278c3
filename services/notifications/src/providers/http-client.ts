import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';
import type { LookupFunction, Socket } from 'node:net';

/** The answer to a request, as far as a sender of pushes needs it. */
export interface Answer {
  status: number;
  /** The header `Retry-After`; undefined when absent. */
  retryAfter: string | undefined;
}

/** Sends POST requests over connections that it keeps. */
export interface HttpClient {
  /**
   * Sends one request and resolves with its final status, as soon as the status is known and the connection is free again
   * or closed. It follows no redirect.
   *
   * @throws Error when no status arrives before `signal` aborts.
   */
  post(url: URL, headers: Readonly<Record<string, string>>, body: string, signal: AbortSignal): Promise<Answer>;
  /** Closes all connections. */
  close(): void;
}

/** Milliseconds that an unused connection is kept. */
const IDLE_MS = 4_000;
/** Unused connections kept for one origin. */
const FREE_PER_ORIGIN = 4;
/** Bytes of the headers of an answer. */
const HEADER_BYTES = 65_536;
/** The body of an answer is read and dropped, to keep the connection: so many bytes, for so many milliseconds. */
const BODY_BYTES = 16_384;
const BODY_MS = 1_000;
const BODILESS = new Set([204, 205, 304]);

/** Creates a client that finds addresses by `lookup` and opens at most `connections` to one origin. */
export function createHttpClient(lookup: LookupFunction, connections: number): HttpClient {
  const options = {
    keepAlive: true,
    maxSockets: connections,
    maxFreeSockets: FREE_PER_ORIGIN,
    timeout: IDLE_MS,
    lookup,
  };
  const plain = new http.Agent(options);
  const secure = new https.Agent(options);

  function postOnce(url: URL, headers: Readonly<Record<string, string>>, body: string, signal: AbortSignal) {
    return new Promise<Answer>((resolve, reject) => {
      const request = (url.protocol === 'https:' ? https : http).request(url, {
        method: 'POST',
        agent: url.protocol === 'https:' ? secure : plain,
        headers: { ...headers, 'content-length': Buffer.byteLength(body) },
        signal,
        maxHeaderSize: HEADER_BYTES,
        // Takes answers that are odd and clear, such as line ends without a carriage return.
        insecureHTTPParser: true,
      });
      const heard = recordStart(request);
      request.on('response', (response) => {
        const answer = { status: response.statusCode ?? 0, retryAfter: response.headers['retry-after'] };
        void dropBody(response).then(() => resolve(answer));
      });
      // A 101 that the request did not ask for.
      request.on('upgrade', (response, socket) => {
        socket.destroy();
        resolve({ status: response.statusCode ?? 0, retryAfter: undefined });
      });
      request.on('error', (error) => {
        // The status line is the answer, even if the rest of the answer is broken or never ends.
        const status = finalStatusIn(heard.text());
        if (status !== undefined) resolve({ status, retryAfter: undefined });
        else if (request.reusedSocket && heard.text() === '' && !signal.aborted)
          reject(new StaleConnectionError(error));
        else reject(error);
      });
      request.end(body);
    });
  }

  return {
    async post(url, headers, body, signal) {
      for (let tries = 0; ; tries += 1) {
        try {
          return await postOnce(url, headers, body, signal);
        } catch (error) {
          if (!(error instanceof StaleConnectionError)) throw error;
          if (tries > FREE_PER_ORIGIN) throw error.cause;
        }
      }
    },
    close() {
      plain.destroy();
      secure.destroy();
    },
  };
}

/** Thrown when the target closed a kept connection in the moment in which it was used again. */
class StaleConnectionError extends Error {
  override readonly name = 'StaleConnectionError';

  constructor(cause: Error) {
    super('the target closed a kept connection', { cause });
  }
}

/** Characters of an answer that are looked at for its status line: interim answers may stand before it. */
const START_LENGTH = 8_192;

/** Records how the answer to a request begins. */
function recordStart(request: http.ClientRequest): { text(): string } {
  let text = '';
  const take = (chunk: Buffer) => {
    if (text.length < START_LENGTH) text += chunk.toString('latin1', 0, START_LENGTH);
  };
  request.once('socket', (socket: Socket) => {
    // Before the parser reads, which reports what it cannot parse at once.
    socket.prependListener('data', take);
    request.once('close', () => socket.off('data', take));
  });
  return { text: () => text };
}

/** Returns the status of the first final answer in a text; undefined when only interim answers (1xx) have arrived. */
function finalStatusIn(text: string): number | undefined {
  let rest = text;
  for (;;) {
    const status = /^HTTP\/1\.\d[ \t]+(\d{3})(?!\d)[^\n]*\n/.exec(rest)?.[1];
    if (status === undefined) return undefined;
    if (Number(status) >= 200) return Number(status);
    const end = /\r?\n\r?\n/.exec(rest);
    if (!end) return undefined;
    rest = rest.slice(end.index + end[0].length);
  }
}

/** Reads the body of an answer and drops it, so that its connection can be used again. Closes the connection otherwise. */
function dropBody(response: IncomingMessage): Promise<void> {
  return new Promise((resolve) => {
    let bytes = 0;
    const giveUp = () => {
      response.destroy();
      resolve();
    };
    const timer = setTimeout(giveUp, BODY_MS);
    response.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > BODY_BYTES) giveUp();
    });
    response.on('error', () => undefined);
    response.on('close', () => {
      clearTimeout(timer);
      resolve();
    });
    response.on('end', resolve);
    // The parser would take the bytes behind an answer that has no body for the next answer.
    if (BODILESS.has(response.statusCode ?? 0) && announcesBody(response)) giveUp();
  });
}

function announcesBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}
