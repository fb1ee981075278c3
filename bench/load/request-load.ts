import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { signToken } from '@vestnik/auth';
import { createHistogram } from '../measure/histogram.ts';
import { countIn } from './ledger.ts';
import type { LoadEvent, RequestLoad, RequestReport } from './plan.ts';

const TOKEN_SECONDS = 3_600;
const HEAD_END = '\r\n\r\n';

/** An answer, as far as a load needs it. */
interface Answer {
  status: number;
  bodyBytes: number;
}

/** Asks in turn for what the load lists, over one kept connection for each caller. */
export async function runRequestLoad(load: RequestLoad, tell: (event: LoadEvent) => void): Promise<RequestReport> {
  const texts: string[] = [];
  for (const { userId, path } of load.requests) {
    const token = signToken(load.secret, { id: userId, companyId: 1 }, TOKEN_SECONDS);
    const { host, port } = load.address;
    texts.push(`GET ${path} HTTP/1.1\r\nHost: ${host}:${port}\r\nAuthorization: Bearer ${token}\r\n\r\n`);
  }
  const latency = createHistogram();
  const failed: Record<string, number> = {};
  let turn = 0;
  let measuring = false;
  let going = true;
  let requests = 0;
  let bodyBytes = 0;

  const call = async () => {
    const { ask, end } = await openCaller(load);
    while (going) {
      turn += 1;
      const began = performance.now();
      const answer = await ask(texts[turn % texts.length] as string);
      if (!measuring) continue;
      if (answer.status === 200) {
        requests += 1;
        bodyBytes = answer.bodyBytes;
      } else countIn(failed, String(answer.status));
      latency.record(performance.now() - began);
    }
    end();
  };
  const callers = Promise.all(Array.from({ length: load.callers }, call));
  const measured = (async () => {
    await delay(load.warmUpSeconds * 1_000);
    measuring = true;
    tell({ event: 'begin' });
    const began = performance.now();
    await delay(load.measuredSeconds * 1_000);
    measuring = false;
    const seconds = (performance.now() - began) / 1_000;
    tell({ event: 'end' });
    going = false;
    return seconds;
  })();
  const [seconds] = await Promise.all([measured, callers]);
  return { kind: 'requests', seconds, requests, latency: latency.summary(), failed, bodyBytes };
}

/** One kept HTTP connection that asks one thing at a time. */
function openCaller({ address }: RequestLoad): Promise<{ ask(request: string): Promise<Answer>; end(): void }> {
  return new Promise((resolve, reject) => {
    const socket = connect({ ...address, noDelay: true });
    let received = Buffer.alloc(0);
    let answered: { resolve(answer: Answer): void; reject(error: Error): void } | undefined;

    socket.on('error', (error) => {
      reject(error);
      answered?.reject(error);
    });
    socket.on('close', () => answered?.reject(new Error('the server closed a kept connection')));
    socket.on('data', (chunk) => {
      received = received.length === 0 ? chunk : Buffer.concat([received, chunk]);
      const answer = readAnswer(received);
      if (!answer) return;
      received = Buffer.alloc(0);
      const asker = answered;
      answered = undefined;
      asker?.resolve(answer);
    });
    socket.on('connect', () =>
      resolve({
        ask: (request) =>
          new Promise((resolveAnswer, rejectAnswer) => {
            answered = { resolve: resolveAnswer, reject: rejectAnswer };
            socket.write(request);
          }),
        end: () => socket.destroy(),
      }),
    );
  });
}

/** The answer, when it is all there: with a length, or in chunks that end with an empty one. */
function readAnswer(received: Buffer): Answer | undefined {
  const headEnd = received.indexOf(HEAD_END);
  if (headEnd < 0) return undefined;
  const head = received.toString('latin1', 0, headEnd);
  const status = Number(head.slice(9, 12));
  const bodyBytes = received.length - headEnd - HEAD_END.length;
  const [, length] = /^content-length: *(\d+)/im.exec(head) ?? [];
  if (length !== undefined) return bodyBytes >= Number(length) ? { status, bodyBytes } : undefined;
  return received.subarray(-5).toString('latin1') === '0\r\n\r\n' ? { status, bodyBytes } : undefined;
}
