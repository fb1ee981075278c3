import { subscribe, tracingChannel } from 'node:diagnostics_channel';

/**
 * Where a process may die: just before something happens, just after it, or as soon as the process has written what it
 * wrote in the same event-loop tick.
 */
type Moment = 'before' | 'after' | 'written';

/** Attaches to channels that `libs/bus` and `libs/database` publish, and calls `reached` at each passing of a point. */
type Attach = (reached: () => void) => void;

/**
 * Named places at which a test may have a process die, to see that promises hold when it does. Each place stands between
 * two steps: a test must find again what has happened by then, and must not find what has not. Product code knows none of
 * these places.
 */
const POINTS = {
  /** A client sent a message; the gateway has asked no service yet. */
  'gateway.send-received': request('before', /^svc\.messages\.v1\.send-messages$/),
  /** The request of the sends is on its way to messages. */
  'gateway.sends-requested': request('written', /^svc\.messages\.v1\.send-messages$/, 'start'),
  /** Messages answered; the client has no reply yet. */
  'gateway.send-answered': request('after', /^svc\.messages\.v1\.send-messages$/),
  /** The client has its reply. */
  'gateway.send-acknowledged': request('written', /^svc\.messages\.v1\.send-messages$/),
  /** A live event came from the bus; the sockets do not have it yet. */
  'gateway.event-received': liveEvent('before'),
  /** The sockets have it. */
  'gateway.event-forwarded': liveEvent('written'),
  /** Conversations made a change; neither messages nor the client knows yet. */
  'gateway.change-answered': request('after', /^svc\.conversations\.v1\.(create|rename|add|remove)/),
  /** Messages knows of the change; the client does not. */
  'gateway.change-applied': request('after', /^svc\.messages\.v1\.apply-conversation$/),
  /** Messages moved a read marker; the client has no reply yet. */
  'gateway.read-answered': request('after', /^svc\.messages\.v1\.mark-read$/),

  /** Sends arrived and are about to be stored. */
  'messages.sends-received': answer('before', /^svc\.messages\.v1\.send-messages$/),
  /** Sends are committed; nothing of it is published. */
  'messages.sends-committed': livePublish('before', /^evt\.messages\.v1\.new_message\./),
  /** Sockets and sender know of the commit; the stream does not. */
  'messages.sends-told': livePublish('written', /^evt\.messages\.v1\.new_message\./),
  /** The stream has the event; its row is still in the outbox. */
  'messages.event-published': durablePublish(/^evt\.messages\.v1\.messages_stored$/),
  /** A change of a message is committed; nothing of it is published. */
  'messages.change-committed': livePublish(
    'before',
    /^evt\.messages\.v1\.(message_updated|message_deleted|reaction_changed)\./,
  ),
  /** A read marker is about to be moved. */
  'messages.read-received': answer('before', /^svc\.messages\.v1\.mark-read$/),
  /** A read marker is moved; nothing of it is published. */
  'messages.read-committed': livePublish('before', /^evt\.messages\.v1\.messages_read\./),
  /** A change of membership is in the copy; its event is not acknowledged. */
  'messages.membership-taken': durableEvent('after'),

  /** A change is about to be made. */
  'conversations.change-received': answer('before', /^svc\.conversations\.v1\.(rename|add|remove)/),
  /** All rows of a change are written and not committed. */
  'conversations.change-written': commit('before', isOutboxInsert),
  /** A change is committed; nothing of it is published. */
  'conversations.change-committed': commit('after', isOutboxInsert),
  /** The users concerned and the caller know of the change; the stream may not. */
  'conversations.change-told': livePublish(
    'written',
    /^evt\.conversations\.v1\.(membership_changed|conversation_updated)\./,
  ),
  /** The stream has the event; its row is still in the outbox. */
  'conversations.event-published': durablePublish(/^evt\.conversations\.v1\.conversation_changed$/),

  /** Messages are stored; their pushes are not recorded. */
  'notifications.event-received': durableEvent('before'),
  /** Pushes are recorded; the event is not acknowledged. */
  'notifications.pushes-recorded': query('after', ({ name, result }) => name === 'pushes-insert' && hasRows(result)),
  /** Pushes are taken to be sent. */
  'notifications.pushes-claimed': commit('after', ({ name, result }) => name === 'pushes-take' && hasRows(result)),
  /** A push arrived; that is not recorded. */
  'notifications.push-arrived': query('before', ({ name }) => name === 'pushes-sent'),
} as const satisfies Record<string, Attach>;

/** The name of a place. */
export type CrashPoint = keyof typeof POINTS;

/** Every place, by service in the order in which a process passes them. */
export const CRASH_POINTS = Object.keys(POINTS) as CrashPoint[];

/** Settings with which a process kills itself at the given passing of a crash point, the first by default. */
export function crashSettings(point: CrashPoint, passing = 1): Record<string, string> {
  const preload = new URL('crash-process.ts', import.meta.url);
  return { NODE_OPTIONS: `--import ${preload.href}`, CRASH_AT: `${point}:${passing}` };
}

/**
 * Has this process kill itself at a crash point.
 *
 * @param at a point, or a point and at which passing, as in `messages.sends-committed:3`
 * @throws Error when there is no such point.
 */
export function crashAt(at: string): void {
  const [name = '', passing = '1'] = at.split(':');
  if (!(name in POINTS)) throw new Error(`There is no crash point "${name}"`);
  let left = Number(passing);
  POINTS[name as CrashPoint](() => {
    left -= 1;
    if (left <= 0) process.kill(process.pid, 'SIGKILL');
  });
}

/** A request of this process; `written` counts from the answer unless `since` is its start. */
function request(moment: Moment, subject: RegExp, since: 'start' | 'answer' = 'answer'): Attach {
  const phase = moment === 'before' || since === 'start' ? 'start' : 'asyncEnd';
  return onTrace('vestnik:bus:request', phase, moment, ofSubject(subject));
}

/** A request to this process. */
function answer(moment: 'before' | 'after', subject: RegExp): Attach {
  return onTrace('vestnik:bus:answer', moment === 'before' ? 'start' : 'asyncEnd', moment, ofSubject(subject));
}

/** A live event of a conversation that came to this process. */
function liveEvent(moment: 'before' | 'written'): Attach {
  const phase = moment === 'before' ? 'start' : 'end';
  return onTrace('vestnik:bus:live-event', phase, moment, ofSubject(/^evt\.\w+\.v1\.\w+\.c\d+$/));
}

/** A durable event that came to this process. */
function durableEvent(moment: 'before' | 'after'): Attach {
  return onTrace('vestnik:bus:durable-event', moment === 'before' ? 'start' : 'asyncEnd', moment, () => true);
}

/** A durable event of this process that its stream has stored. */
function durablePublish(subject: RegExp): Attach {
  return onTrace('vestnik:bus:durable-publish', 'asyncEnd', 'after', ofSubject(subject));
}

/** A live event of this process. */
function livePublish(moment: 'before' | 'written', subject: RegExp): Attach {
  const isMeant = ofSubject(subject);
  return (reached) => subscribe('vestnik:bus:live-publish', (message) => pass(message, moment, isMeant, reached));
}

/** A query of this process. */
function query(moment: 'before' | 'after', isMeant: (trace: QueryTrace) => boolean): Attach {
  const phase = moment === 'before' ? 'start' : 'asyncEnd';
  return onTrace('vestnik:database:query', phase, moment, (message) => isMeant(message as QueryTrace));
}

/** The commit of a transaction in which a certain query was made. */
function commit(moment: 'before' | 'after', isMeant: (trace: QueryTrace) => boolean): Attach {
  return (reached) => {
    const meant = new WeakSet<object>();
    const isCommit = ({ connection, text }: QueryTrace) => text === 'commit' && meant.has(connection);
    query('before', ({ connection, text }) => {
      if (text.startsWith('begin')) meant.delete(connection);
      return false;
    })(reached);
    query('after', (trace) => {
      if (isMeant(trace)) meant.add(trace.connection);
      return false;
    })(reached);
    query(moment, isCommit)(reached);
  };
}

/** What `libs/database` publishes of a query. */
interface QueryTrace {
  connection: object;
  name: string | undefined;
  text: string;
  values: readonly unknown[];
  result?: { rows: readonly unknown[] };
}

function isOutboxInsert({ text }: QueryTrace): boolean {
  return /^insert into .*\boutbox\b/.test(text);
}

function hasRows(result: QueryTrace['result']): boolean {
  return result !== undefined && result.rows.length > 0;
}

function ofSubject(subject: RegExp): (message: unknown) => boolean {
  return (message) => subject.test((message as { subject: string }).subject);
}

function onTrace(
  name: string,
  phase: 'start' | 'end' | 'asyncEnd',
  moment: Moment,
  isMeant: (message: unknown) => boolean,
): Attach {
  const channel = tracingChannel(name)[phase];
  return (reached) => channel.subscribe((message) => pass(message, moment, isMeant, reached));
}

/** Passes a point, unless the step failed: a failed step has not happened. */
function pass(message: unknown, moment: Moment, isMeant: (message: unknown) => boolean, reached: () => void): void {
  if ((message as { error?: unknown }).error !== undefined || !isMeant(message)) return;
  if (moment === 'written') setImmediate(reached);
  else reached();
}
