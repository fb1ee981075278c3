import type { LiveEvent } from '@vestnik/contracts';
import type { LocalUser } from './occupancy.ts';
import type { Publisher, Session } from './session.ts';

/** Where the excluded are looked up. */
interface Present {
  user(userId: number): LocalUser | undefined;
  session(sessionId: string): Session | undefined;
}

/**
 * Publishes the frames of one live event to a topic, past those whom its header leaves out. They leave the topic for
 * the moment of the publishing, which costs them alone and not the many who get the frames.
 */
export function deliver(present: Present, publisher: Publisher, topic: string, { header, frames }: LiveEvent): void {
  const leftOut = excluded(present, header).filter((session) => session.isIn(topic));
  for (const session of leftOut) session.leave(topic);
  for (const frame of frames) publisher.publish(topic, frame);
  for (const session of leftOut) session.join(topic);
}

function excluded(present: Present, header: LiveEvent['header']): Session[] {
  if (header.except_user_id !== undefined) return [...(present.user(header.except_user_id)?.sessions ?? [])];
  const session = header.except_session_id === undefined ? undefined : present.session(header.except_session_id);
  return session ? [session] : [];
}
