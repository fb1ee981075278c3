import { CLOCK_TOLERANCE_SECONDS } from '@vestnik/auth';
import { toErrorBody, VestnikError } from '@vestnik/contracts';
import { EVERYBODY, type Session } from '../live/session.ts';
import { type EventContext, handleEvent } from './client-events.ts';
import { assertId, type ClientFrame, errorFrame, MALFORMED, readFrame, replyFrame } from './frames.ts';

/**
 * The life of a session, the same for every door: `ready` when delivery is live, each frame answered in its turn, the
 * end of its token. A door calls it and does nothing but framing.
 */
export interface Sessions {
  /** A socket with a good token has opened. */
  opened(session: Session): void;
  /** A text frame came. */
  received(session: Session, text: string): void;
  closed(session: Session): void;
  /** Handles no more frames and resolves when those under way are answered, or after `withinMs`. */
  drain(withinMs: number): Promise<void>;
  stop(): void;
}

/** How often sessions are looked at for tokens that ran out and readers that do not read, in milliseconds. */
const CHECK_INTERVAL_MS = 500;
/** Bytes that may wait for a reader before it is too slow. */
const MAX_BACKLOG = 1024 * 1024;
/** Frames that may wait for a session to be live. */
const EARLY_FRAMES = 500;

/** Creates the sessions of a gateway. `gatewayId` begins every correlation id. */
export function createSessions(context: EventContext, gatewayId: string): Sessions {
  const { hub, logger, rateLimits, metrics } = context;
  /** Frames that came before delivery was live; absent once it is. */
  const early = new Map<Session, string[]>();
  const underWay = new Set<Promise<void>>();
  const frames = metrics.counter('frames_total', 'Frames from clients', ['event', 'outcome']);
  let requests = 0;
  let draining = false;

  async function begin(session: Session): Promise<void> {
    try {
      await hub.add(session);
    } catch (error) {
      logger.warn({ err: error, session_id: session.id }, 'delivery cannot begin');
      session.close('restart');
      return;
    }
    if (!early.has(session)) return;
    session.join(EVERYBODY);
    const { id: session_id, userId: user_id, companyId: company_id } = session;
    const data = { session_id, user_id, company_id, server_time: new Date().toISOString() };
    session.send(JSON.stringify({ event: 'ready', data }));
    const waiting = early.get(session) ?? [];
    early.delete(session);
    for (const text of waiting) accept(session, text);
  }

  /** Starts what a frame asks for, in the order of the frames; the answers come as they are ready. */
  function accept(session: Session, text: string): void {
    const frame = readFrame(text);
    if (frame === MALFORMED) {
      session.close('malformed');
      return;
    }
    const done: Promise<void> = answer(session, frame).finally(() => underWay.delete(done));
    underWay.add(done);
  }

  async function answer(session: Session, frame: ClientFrame): Promise<void> {
    requests += 1;
    const requestId = `${gatewayId}-${requests.toString(36)}`;
    try {
      assertId(frame);
      const data = await handleEvent(context, session, requestId, frame.event, frame.data);
      if (frame.id !== undefined) session.send(replyFrame(frame.id, data));
      frames.inc({ event: frame.event, outcome: 'ok' });
    } catch (error) {
      const body = toErrorBody(error);
      if (!(error instanceof VestnikError)) {
        logger.error({ err: error, request_id: requestId, event: frame.event }, 'frame failed');
      }
      session.send(errorFrame(frame.id, body));
      frames.inc({ event: body.code === 'bad_request' ? 'unknown' : frame.event, outcome: body.code });
    }
  }

  /** False when the frame is beyond the user's rate and has been dealt with. */
  function mayPass(session: Session, text: string): boolean {
    const verdict = rateLimits.takeFrame(session.userId);
    if (verdict === 'pass') return true;
    if (verdict === 'close') {
      session.close('flooding');
      return false;
    }
    const frame = readFrame(text);
    if (frame === MALFORMED) session.close('malformed');
    else session.send(errorFrame(frame.id, { code: 'rate_limited', message: 'Too many frames; slow down' }));
    return false;
  }

  const check = setInterval(() => {
    const latest = Date.now() / 1_000 - CLOCK_TOLERANCE_SECONDS;
    for (const session of hub.sessions()) {
      if (session.expiresAt < latest) session.close('expired');
      else if (session.backlog() > MAX_BACKLOG) session.close('tooSlow');
    }
  }, CHECK_INTERVAL_MS);

  return {
    opened(session) {
      early.set(session, []);
      void begin(session);
    },
    received(session, text) {
      if (draining || !mayPass(session, text)) return;
      const waiting = early.get(session);
      if (!waiting) accept(session, text);
      else if (waiting.length < EARLY_FRAMES) waiting.push(text);
      else session.close('flooding');
    },
    closed(session) {
      early.delete(session);
      hub.remove(session);
    },
    async drain(withinMs) {
      draining = true;
      const deadline = new Promise<void>((resolve) => setTimeout(resolve, withinMs).unref());
      await Promise.race([Promise.all(underWay), deadline]);
    },
    stop: () => clearInterval(check),
  };
}
