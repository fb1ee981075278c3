import type { LiveEvent } from '@vestnik/contracts';
import type { Session } from '../sessions/session.ts';
import type { ConnectedUser, Room } from '../users/connected-user.ts';

/** Where the excluded are looked up. */
interface Present {
  user(userId: number): ConnectedUser | undefined;
  session(sessionId: string): Session | undefined;
}

/** Hands the frames of one live event to those in a room, past those whom its header leaves out. */
export function fanOutToRoom(present: Present, room: Room, { header, frames }: LiveEvent): void {
  room.subscribers.publish(frames, excluded(present, header));
}

/** Sends what was observed while a user was coming in, past those whom it leaves out. */
export function sendObserved({ userId, sessions }: ConnectedUser, events: readonly LiveEvent[]): void {
  for (const { header, frames } of events) {
    if (header.except_user_id === userId) continue;
    for (const session of sessions) {
      if (session.id === header.except_session_id) continue;
      for (const frame of frames) session.send(frame);
    }
  }
}

/**
 * Hands the frames of one live event to a user's sessions, past the one that its header leaves out. Who writes into a large
 * group is told of every member's device: a thousand frames, which leave in a few writes.
 */
export function fanOutToUser(user: ConnectedUser, { header, frames }: LiveEvent): void {
  for (const session of user.sessions) {
    if (session.id === header.except_session_id) continue;
    for (const frame of frames) session.sendSoon(frame);
  }
}

function excluded(present: Present, header: LiveEvent['header']): readonly Session[] {
  if (header.except_user_id !== undefined) return present.user(header.except_user_id)?.sessions ?? [];
  const session = header.except_session_id === undefined ? undefined : present.session(header.except_session_id);
  return session ? [session] : [];
}
