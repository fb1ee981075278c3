import { CLOCK_TOLERANCE_SECONDS } from '@vestnik/auth';
import { type ErrorBody, eventFrame, toErrorBody, VestnikError } from '@vestnik/contracts';
import { OUTCOMES } from '@vestnik/ops';
import type { Context } from '../context.ts';
import { tokensOfBytes } from '../limits/byte-cost.ts';
import type { FrameMeter } from '../limits/frame-meter.ts';
import { ClientCaller } from '../upstream/caller.ts';
import type { ConnectedUsers } from '../users/connected-users.ts';
import type { AdmittedSocket } from './admit-socket.ts';
import { withinDeadline } from './answer-deadline.ts';
import { handleEvent } from './client-events.ts';
import type { ClientFrame, Reply } from './client-frame.ts';
import type { CloseCode } from './close-codes.ts';
import { createLaggingSessions } from './lagging-sessions.ts';
import { createOrderedChanges } from './ordered-changes.ts';
import type { Session } from './session.ts';
import { createSocketCounts, type SocketCounts } from './socket-counts.ts';
import { untilRead } from './until-read.ts';

/**
 * The life of a session, the same for every door: `ready` when delivery is live, the answer to each frame, the end of its
 * token. A door calls it and does nothing but framing.
 */
export interface Sessions {
  /** For the doors: handshakes that they refuse, sockets that close. */
  readonly counts: SocketCounts;
  /** An admitted socket has opened. */
  opened(session: Session, admitted: AdmittedSocket): void;
  /** Counts a frame of so many bytes against the user's rate, before the door parses it. Returns what the door does with it. */
  arrived(session: Session, bytes: number): Arrival;
  /** Refuses a frame that the door has not parsed. */
  refused(session: Session, code: UnreadCode, answer: Answer | undefined): void;
  /**
   * A frame came. `answer` replies to it, where the client asked for a reply; otherwise the client gets only failures.
   * Frames that come before `ready` wait for it. The gateway handles them also when the client leaves before.
   */
  received(session: Session, frame: ClientFrame, answer: Answer | undefined): void;
  /** The device answered the question that `askForAnswer` asked at `time`. */
  confirmed(session: Session, time: number): void;
  /** The socket has closed. `saidGoodbye`: its client closed it in order, and so got everything before. */
  closed(session: Session, saidGoodbye: boolean): void;
  /** Takes no more frames, and resolves when those under way are answered, or after `withinMs`. */
  drain(withinMs: number): Promise<void>;
  /** Looks at once for sessions whose clients read too slowly. */
  checkBacklogs(): void;
  stop(): void;
}

/** Hands a reply to the client in the framing of its door. */
export type Answer = (reply: Reply) => void;

/** The decision about a frame that arrived: the door parses it, refuses it without parsing it, or drops it. */
export type Arrival = 'read' | 'refuse' | 'drop';

/** Why a frame is refused that nobody has parsed. */
type UnreadCode = keyof typeof UNREAD;

/** The messages for frames that nobody has parsed, and the limits that refuse them. */
const UNREAD = {
  rate_limited: { message: 'Too many frames; slow down', limit: 'frame_rate' },
  too_large: { message: 'The frame is nested too deeply or has too many values', limit: 'json_structure' },
} as const;

/** The part of the answers to `sync` by which messages count as delivered. */
interface Synced {
  conversations: { id: number; messages?: { seq: number }[]; conversation?: { head_seq: number } }[];
}

interface SessionsContext extends Context {
  connectedUsers: ConnectedUsers<Session>;
}

/** How often sessions are checked for expired tokens, idleness and slow readers, in milliseconds. */
const CHECK_INTERVAL_MS = 500;
/** Frames that may wait for a session to be live. */
const EARLY_FRAMES = 500;
/** Answers `{"event": "ping"}`, by which a browser sees that its line is alive: pings of WebSocket are hidden from it. */
const PONG_FRAME = '{"event":"pong"}';

/** Creates the sessions of a gateway. `gatewayId` begins every correlation id. */
export function createSessions(context: SessionsContext, gatewayId: string): Sessions {
  const { connectedUsers, logger, rateLimits, metrics, revocations, bindings, countRefusal } = context;
  const idleMs = context.config.pushIdleSeconds * 1_000;
  /** For each session that is not live yet, the frames that came before, ready to be handled. */
  const early = new Map<Session, (() => void)[]>();
  const admittedSockets = new Map<Session, AdmittedSocket>();
  /** The meters of sessions that have sent a frame. */
  const meters = new Map<Session, FrameMeter>();
  /** Sessions that the gateway closes for a fault of theirs. It handles nothing more of what they sent. */
  const closing = new WeakSet<Session>();
  const underWay = new Set<Promise<void>>();
  const order = createOrderedChanges();
  const lagging = createLaggingSessions(connectedUsers, context.config.limits, countRefusal);
  metrics.gauge('lagging_sockets', 'Sockets whose clients read more slowly than others write to them', lagging.count);
  const frames = metrics.counter('frames_total', 'Frames from clients', {
    event: [...Object.keys(context.input.socket), 'ping', 'unknown'],
    outcome: OUTCOMES,
  });
  let requests = 0;
  let draining = false;

  async function begin(session: Session, admitted: AdmittedSocket): Promise<void> {
    try {
      await admitted.slotGranted();
      if (!early.has(session)) return;
      await withinDeadline(connectedUsers.add(session));
      admitted.live();
    } catch (error) {
      admitted.failed();
      if (error instanceof VestnikError && error.code === 'unauthorized') {
        end(session, 'unauthorized');
        return;
      }
      logger.warn({ err: error, session_id: session.id }, 'delivery cannot begin');
      session.close('restart');
      return;
    }
    if (!early.has(session)) return;
    const { id: session_id, userId: user_id, companyId: company_id } = session;
    const data = { session_id, user_id, company_id, server_time: new Date().toISOString() };
    session.send(eventFrame('ready', data));
    acceptEarly(session);
  }

  /** Handles the frames that came before delivery was live, in the order of coming. */
  function acceptEarly(session: Session): void {
    const waiting = early.get(session) ?? [];
    early.delete(session);
    if (closing.has(session) || isRevoked(session)) return;
    for (const acceptNow of waiting) acceptNow();
  }

  /** Begins to handle a frame. Answers leave as they are ready, in whatever order. */
  function accept(session: Session, frame: ClientFrame, answer: Answer | undefined): void {
    const done: Promise<void> = handle(session, frame, answer).finally(() => underWay.delete(done));
    underWay.add(done);
  }

  async function handle(session: Session, frame: ClientFrame, answer: Answer | undefined): Promise<void> {
    requests += 1;
    const requestId = `${gatewayId}-${requests.toString(36)}`;
    const caller = new ClientCaller(session, requestId, session.id);
    try {
      if (frame.fault !== undefined) throw new VestnikError('bad_request', frame.fault);
      const data = await withinDeadline(handleEvent(context, order, session, caller, frame.event, frame.data));
      answer?.({ ok: true, data });
      if (answer && frame.event === 'sync') noteSynced(session, data as Synced);
      frames.inc({ event: frame.event, outcome: 'ok' });
    } catch (error) {
      const body = toErrorBody(error);
      if (!(error instanceof VestnikError)) {
        logger.error({ err: error, request_id: requestId, event: frame.event }, 'frame failed');
      }
      fail(session, answer, body);
      frames.inc({ event: body.code === 'bad_request' ? 'unknown' : frame.event, outcome: body.code });
    } finally {
      if (caller.holds) void untilRead(session).then(() => caller.answered());
      else caller.answered();
    }
  }

  /** Messages in the answer to a `sync` count as delivered, once the device has confirmed them. */
  function noteSynced(session: Session, { conversations }: Synced): void {
    for (const { id, messages, conversation } of conversations) {
      const last = messages?.at(-1);
      // A client that takes an answer to an account sync has everything, or has forgotten it, up to the head.
      if (last) connectedUsers.answeredSync(session, id, Math.max(last.seq, conversation?.head_seq ?? 0));
    }
  }

  function fail(session: Session, answer: Answer | undefined, error: ErrorBody): void {
    if (answer) answer({ ok: false, error });
    else session.send(eventFrame('error', error));
  }

  function meterOf(session: Session): FrameMeter {
    let meter = meters.get(session);
    if (!meter) {
      meter = rateLimits.meter(session.userId);
      meters.set(session, meter);
    }
    return meter;
  }

  function pong(session: Session, answer: Answer | undefined): void {
    frames.inc({ event: 'ping', outcome: 'ok' });
    session.send(PONG_FRAME);
    answer?.({ ok: true, data: {} });
  }

  function end(session: Session, code: CloseCode): void {
    closing.add(session);
    session.close(code);
  }

  /** The token of a session was revoked, or its user belongs to another company now. */
  function isRevoked(session: Session): boolean {
    return revocations.isRevoked(session) || bindings.isForeign(session);
  }

  function closeRevoked(): void {
    for (const session of Array.from(connectedUsers.sessions())) if (isRevoked(session)) end(session, 'revoked');
  }
  revocations.onRevoked(closeRevoked);
  bindings.onTold((userId, companyId) => {
    for (const session of connectedUsers.sessionsOf(userId)) {
      if (session.companyId !== companyId) end(session, 'revoked');
    }
  });

  /** The client sent an event: an idle session is active again. */
  function act(session: Session): void {
    session.actedAt = Date.now();
    if (session.isIdle) connectedUsers.setIdle(session, false);
  }

  const check = setInterval(() => {
    const now = Date.now();
    const latest = now / 1_000 - CLOCK_TOLERANCE_SECONDS;
    for (const session of connectedUsers.sessions()) {
      const isIdle = session.actedAt < now - idleMs;
      if (isIdle !== session.isIdle) connectedUsers.setIdle(session, isIdle);
      if (session.expiresAt < latest) end(session, 'expired');
      // The session was opening while its token was revoked.
      else if (isRevoked(session)) end(session, 'revoked');
    }
    lagging.check();
  }, CHECK_INTERVAL_MS);

  return {
    counts: createSocketCounts(metrics),
    opened(session, admitted) {
      admittedSockets.set(session, admitted);
      early.set(session, []);
      void begin(session, admitted);
    },
    arrived(session, bytes) {
      connectedUsers.answered(session);
      if (draining || closing.has(session)) return 'drop';
      const verdict = meterOf(session).take(Date.now(), tokensOfBytes(bytes));
      if (verdict === 'pass') return 'read';
      if (verdict === 'refuse') return 'refuse';
      countRefusal('frame_rate');
      end(session, 'flooding');
      return 'drop';
    },
    refused(session, code, answer) {
      const { message, limit } = UNREAD[code];
      countRefusal(limit);
      frames.inc({ event: 'unknown', outcome: code });
      fail(session, answer, { code, message });
    },
    received(session, frame, answer) {
      if (frame.event === 'ping') {
        pong(session, answer);
        return;
      }
      // A client may say again and again that it is idle.
      if (frame.event !== 'set_activity') act(session);
      const waiting = early.get(session);
      if (!waiting) accept(session, frame, answer);
      else if (waiting.length < EARLY_FRAMES) waiting.push(() => accept(session, frame, answer));
      else end(session, 'flooding');
    },
    confirmed: (session, time) => connectedUsers.answered(session, time),
    closed(session, saidGoodbye) {
      if (saidGoodbye) connectedUsers.answered(session);
      acceptEarly(session);
      connectedUsers.remove(session);
      lagging.closed(session);
      admittedSockets.get(session)?.left();
      admittedSockets.delete(session);
      meters.get(session)?.close();
      meters.delete(session);
    },
    async drain(withinMs) {
      draining = true;
      for (const session of early.keys()) acceptEarly(session);
      const deadline = new Promise<void>((resolve) => setTimeout(resolve, withinMs).unref());
      await Promise.race([Promise.all(underWay), deadline]);
    },
    checkBacklogs: () => lagging.check(),
    stop: () => clearInterval(check),
  };
}
