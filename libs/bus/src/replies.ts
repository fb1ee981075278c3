import { randomBytes, randomUUID } from 'node:crypto';
import {
  errors,
  type Msg,
  type MsgHdrs,
  type NatsConnection,
  type PermissionViolationError,
} from '@nats-io/transport-node';
import type { BusUser } from '@vestnik/contracts';
import { inboxPrefixOf } from './permissions.ts';

/** A request as it leaves. */
export interface SentRequest {
  subject: string;
  /** The service that answers: it alone may publish on the subject of the reply. */
  answerer: string;
  payload: string;
  headers: MsgHdrs;
  timeoutMs: number;
}

/** The replies to the requests of one process. */
export interface Replies {
  /**
   * Sends a request and returns its reply.
   *
   * @throws Error when no service is subscribed, when the server refuses the request, and when no reply comes in time.
   */
  request(request: SentRequest): Promise<Msg>;
  /** Sends a request and returns the replies that come within its time, none where the request gets none. */
  requestEvery(request: SentRequest): Promise<Msg[]>;
  /** Ends the requests that the server refused, and all of them when it refused the subscription to replies. */
  refused(error: PermissionViolationError): void;
}

interface Waiting {
  subject: string;
  timer: NodeJS.Timeout;
  /** Takes a reply. */
  onReply(reply: Msg): void;
  /** The server refused the request, no service is subscribed, or the time is over. */
  onEnd(error: Error): void;
}

const NO_RESPONDERS = 503;

/**
 * Subscribes to the replies of a process. The subject of a reply is `<inbox of the user>.<answerer>.<process>.<request>`. The
 * server lets each service publish below its own name only, so no service can answer in place of another. Process and
 * request are random: a caller cannot name them as the place for a reply to someone else.
 *
 * The client's own requests do not serve: their subjects do not name who answers, and come from `Math.random`.
 */
export function receiveReplies(connection: NatsConnection, user: BusUser): Replies {
  const inbox = inboxPrefixOf(user);
  const processToken = randomBytes(16).toString('base64url');
  const everyReply = `${inbox}.*.${processToken}.*`;
  const waiting = new Map<string, Waiting>();

  function send(
    { subject, answerer, payload, headers, timeoutMs }: SentRequest,
    taker: Pick<Waiting, 'onReply' | 'onEnd'>,
  ) {
    const replySubject = `${inbox}.${answerer}.${processToken}.${randomUUID()}`;
    const timer = setTimeout(() => end(replySubject, new errors.TimeoutError()), timeoutMs);
    waiting.set(replySubject, { subject, timer, ...taker });
    try {
      connection.publish(subject, payload, { reply: replySubject, headers });
    } catch (error) {
      end(replySubject, error as Error);
    }
    return replySubject;
  }

  function forget(replySubject: string): Waiting | undefined {
    const request = waiting.get(replySubject);
    waiting.delete(replySubject);
    clearTimeout(request?.timer);
    return request;
  }

  function end(replySubject: string, error: Error): void {
    forget(replySubject)?.onEnd(error);
  }

  function endAll(error: Error, isMeant: (request: Waiting) => boolean): void {
    for (const [replySubject, request] of waiting) if (isMeant(request)) end(replySubject, error);
  }

  connection.subscribe(everyReply, {
    callback(error, reply) {
      if (error) return;
      const request = waiting.get(reply.subject);
      if (!request) return;
      if (reply.data.length === 0 && reply.headers?.code === NO_RESPONDERS)
        end(reply.subject, new errors.NoRespondersError(request.subject));
      else request.onReply(reply);
    },
  });
  void connection.closed().then(() => endAll(new errors.ClosedConnectionError(), () => true));

  return {
    request: (request) =>
      new Promise((resolve, reject) => {
        const replySubject = send(request, {
          onReply(reply) {
            forget(replySubject);
            resolve(reply);
          },
          onEnd: reject,
        });
      }),
    requestEvery: (request) =>
      new Promise((resolve) => {
        const received: Msg[] = [];
        send(request, { onReply: (reply) => received.push(reply), onEnd: () => resolve(received) });
      }),
    refused(error) {
      if (error.operation === 'publish') endAll(error, ({ subject }) => subject === error.subject);
      else if (error.subject === everyReply) endAll(error, () => true);
    },
  };
}
