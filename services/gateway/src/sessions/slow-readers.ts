/** The bytes that may wait for clients that read slowly. */
export interface BacklogLimits {
  /** Of one session. */
  backlogBytes: number;
  /** Of all sessions of a user together. */
  backlogBytesPerUser: number;
}

/** A session, as far as its backlog goes. */
interface Reader {
  readonly userId: number;
  backlog(): number;
}

/**
 * Finds the sessions that read too slowly: those with too large a backlog, and those by which the backlog of their user
 * becomes too large.
 */
export function findSlowReaders<Session extends Reader>(sessions: Iterable<Session>, limits: BacklogLimits): Session[] {
  const slow: Session[] = [];
  const ofUsers = new Map<number, number>();
  for (const session of sessions) {
    const backlog = session.backlog();
    if (backlog === 0) continue;
    const ofUser = (ofUsers.get(session.userId) ?? 0) + backlog;
    if (backlog > limits.backlogBytes || ofUser > limits.backlogBytesPerUser) slow.push(session);
    else ofUsers.set(session.userId, ofUser);
  }
  return slow;
}
