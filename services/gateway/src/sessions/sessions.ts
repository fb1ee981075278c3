import { CLOCK_TOLERANCE_SECONDS } from '@vestnik/auth';
import { type ErrorBody, eventFrame, toErrorBody, VestnikError } from '@vestnik/contracts';
import type { Context } from '../context.ts';
import type { TokenBucket } from '../limits/token-bucket.ts';
import type { ConnectedUsers } from '../users/connected-users.ts';
import type { Entry } from './admit-socket.ts';
import { withinDeadline } from './answer-deadline.ts';
import { handleEvent } from './client-events.ts';
import type { ClientFrame, Reply } from './client-frame.ts';
import type { Session } from './session.ts';

/**
 * The life of a session, the same for every door: `ready` when delivery is live, each frame answered in its turn, the
 * end of its token. A door calls it and does nothing but framing.
 */
export interface Sessions {
  /** A socket that was let in has opened. */
  opened(session: Session, entry: Entry): void;
  /** A frame came. It is answered by `answer`, where the client asked for a reply; else only a failure is told. */
  received(session: Session, frame: ClientFrame, answer: Answer | undefined): void;
  closed(session: Session): void;
  /** Handles no more frames and resolves when those under way are answered, or after `withinMs`. */
  drain(withinMs: number): Promise<void>;
  stop(): void;
}

/** Hands a reply to the client in the framing of its door. */
type Answer = (reply: Reply) => void;

interface SessionsContext extends Context {
  connectedUsers: ConnectedUsers<Session>;
}

/** How often sessions are looked at for tokens that ran out and readers that do not read, in milliseconds. */
const CHECK_INTERVAL_MS = 500;
/** Frames that may wait for a session to be live. */
const EARLY_FRAMES = 500;

/** Creates the sessions of a gateway. `gatewayId` begins every correlation id. */
export function createSessions(context: SessionsContext, gatewayId: string): Sessions {
  const { connectedUsers, logger, rateLimits, metrics, revocations } = context;
  const { backlogBytes } = context.config.limits;
  /** What to do about the frames that came before delivery was live; absent once it is. */
  const early = new Map<Session, (() => void)[]>();
  const entries = new Map<Session, Entry>();
  /** The rates of sockets of their own, of those that have sent something; undefined without such a limit. */
  const ownFrames = new Map<Session, TokenBucket | undefined>();
  const underWay = new Set<Promise<void>>();
  const frames = metrics.counter('frames_total', 'Frames from clients', ['event', 'outcome']);
  let requests = 0;
  let draining = false;

  async function begin(session: Session, entry: Entry): Promise<void> {
    try {
      await entry.turn();
      if (!early.has(session)) return;
      await withinDeadline(connectedUsers.add(session));
      entry.live();
    } catch (error) {
      entry.failed();
      logger.warn({ err: error, session_id: session.id }, 'delivery cannot begin');
      session.close('restart');
      return;
    }
    if (!early.has(session)) return;
    const { id: session_id, userId: user_id, companyId: company_id } = session;
    const data = { session_id, user_id, company_id, server_time: new Date().toISOString() };
    session.send(eventFrame('ready', data));
    const waiting = early.get(session) ?? [];
    early.delete(session);
    for (const acceptNow of waiting) acceptNow();
  }

  /** Starts what a frame asks for, in the order of the frames; the answers come as they are ready. */
  function accept(session: Session, frame: ClientFrame, answer: Answer | undefined): void {
    const done: Promise<void> = handle(session, frame, answer).finally(() => underWay.delete(done));
    underWay.add(done);
  }

  async function handle(session: Session, frame: ClientFrame, answer: Answer | undefined): Promise<void> {
    requests += 1;
    const requestId = `${gatewayId}-${requests.toString(36)}`;
    try {
      if (frame.fault !== undefined) throw new VestnikError('bad_request', frame.fault);
      const data = await withinDeadline(handleEvent(context, session, requestId, frame.event, frame.data));
      answer?.({ ok: true, data });
      frames.inc({ event: frame.event, outcome: 'ok' });
    } catch (error) {
      const body = toErrorBody(error);
      if (!(error instanceof VestnikError)) {
        logger.error({ err: error, request_id: requestId, event: frame.event }, 'frame failed');
      }
      refuse(session, answer, body);
      frames.inc({ event: body.code === 'bad_request' ? 'unknown' : frame.event, outcome: body.code });
    }
  }

  function refuse(session: Session, answer: Answer | undefined, error: ErrorBody): void {
    if (answer) answer({ ok: false, error });
    else session.send(eventFrame('error', error));
  }

  /** False when the frame is beyond the user's rate and has been dealt with. */
  function mayPass(session: Session, answer: Answer | undefined): boolean {
    if (!ownFrames.has(session) && entries.has(session)) ownFrames.set(session, rateLimits.bucketOfSocket());
    const verdict = rateLimits.takeFrame(session.userId, ownFrames.get(session));
    if (verdict === 'pass') return true;
    if (verdict === 'close') session.close('flooding');
    else refuse(session, answer, { code: 'rate_limited', message: 'Too many frames; slow down' });
    return false;
  }

  function closeRevoked(): void {
    for (const session of Array.from(connectedUsers.sessions()))
      if (revocations.isRevoked(session)) session.close('revoked');
  }
  revocations.onRevoked(closeRevoked);

  const check = setInterval(() => {
    const latest = Date.now() / 1_000 - CLOCK_TOLERANCE_SECONDS;
    for (const session of connectedUsers.sessions()) {
      if (session.expiresAt < latest) session.close('expired');
      // One that was opening while its token was revoked.
      else if (revocations.isRevoked(session)) session.close('revoked');
      else if (session.backlog() > backlogBytes) session.close('tooSlow');
    }
  }, CHECK_INTERVAL_MS);

  return {
    opened(session, entry) {
      entries.set(session, entry);
      early.set(session, []);
      void begin(session, entry);
    },
    received(session, frame, answer) {
      if (draining || !mayPass(session, answer)) return;
      const waiting = early.get(session);
      if (!waiting) accept(session, frame, answer);
      else if (waiting.length < EARLY_FRAMES) waiting.push(() => accept(session, frame, answer));
      else session.close('flooding');
    },
    closed(session) {
      early.delete(session);
      connectedUsers.remove(session);
      entries.get(session)?.left();
      entries.delete(session);
      ownFrames.delete(session);
    },
    async drain(withinMs) {
      draining = true;
      const deadline = new Promise<void>((resolve) => setTimeout(resolve, withinMs).unref());
      await Promise.race([Promise.all(underWay), deadline]);
    },
    stop: () => clearInterval(check),
  };
}
