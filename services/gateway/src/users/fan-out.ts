import type { LiveEvent } from '@vestnik/contracts';
import { sendLive } from '../rooms/subscriber.ts';
import type { ConnectedUser, UserRoom, UserSession } from './connected-user.ts';

/** Looks up the users and sessions that an event excludes. */
interface Lookup {
  user(userId: number): ConnectedUser | undefined;
  session(sessionId: string): UserSession | undefined;
}

/** Hands the frames of one live event to the subscribers of a room, except those that its header excludes. */
export function fanOutToRoom(lookup: Lookup, room: UserRoom, { header, frames }: LiveEvent): void {
  const excluded = header.changed_seq === undefined ? excludedBy(lookup, header) : hiddenFrom(lookup, room, header);
  room.subscribers.publish(frames, excluded);
}

/** Sends events that were observed while a user entered a room, except to the sessions that they exclude. */
export function sendObserved({ userId, sessions }: ConnectedUser, events: readonly LiveEvent[]): void {
  for (const { header, frames } of events) {
    if (header.except_user_id === userId || header.hidden_from?.includes(userId)) continue;
    for (const session of sessions) {
      if (session.id === header.except_session_id) continue;
      for (const frame of frames) sendLive(session, frame);
    }
  }
}

/**
 * Hands the frames of one live event to a user's sessions, except the one that its header excludes. The author of a message
 * in a large group gets a frame for every member's device: a thousand frames, which leave in a few writes.
 */
export function fanOutToUser(user: ConnectedUser, { header, frames }: LiveEvent): void {
  for (const session of user.sessions) {
    if (session.id === header.except_session_id) continue;
    for (const frame of frames) sendLiveSoon(session, frame);
  }
}

/** As `sendLive`, at the end of this event-loop tick. */
export function sendLiveSoon(session: UserSession, frame: string | Uint8Array): void {
  if (session.budget === undefined || session.budget.passes(frame)) session.sendSoon(frame);
}

function excludedBy(lookup: Lookup, header: LiveEvent['header']): readonly UserSession[] {
  if (header.except_user_id !== undefined) return lookup.user(header.except_user_id)?.sessions ?? [];
  const session = header.except_session_id === undefined ? undefined : lookup.session(header.except_session_id);
  return session ? [session] : [];
}

/** The sessions of users who may not see a changed message, since it was stored before they joined. */
function hiddenFrom(lookup: Lookup, room: UserRoom, { changed_seq = 0, hidden_from = [] }: LiveEvent['header']) {
  const users = new Set(room.subscribers.hiddenFrom(changed_seq));
  for (const userId of hidden_from) {
    const user = lookup.user(userId);
    if (user) users.add(user);
  }
  return [...users].flatMap(({ sessions }) => sessions);
}
