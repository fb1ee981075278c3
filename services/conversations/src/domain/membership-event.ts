import type { Conversation } from '@vestnik/contracts';

/** The payload of an outbox row: one change, with enough for its live events and for its durable event. */
export interface MembershipEvent {
  /** The conversation after the change. */
  conversation: Conversation;
  joined: number[];
  left: number[];
  /** Users who are invited now, and users who are no longer. Absent in a row of an older release. */
  invited?: number[] | undefined;
  uninvited?: number[] | undefined;
  /** The user who made the change, null for the server, and whether it renamed the group. Absent in a row of an older release. */
  act?: { by: number | null; renamed: boolean } | undefined;
  /** True when the group has participants and, with this change, no owner any more. Absent in a row of an older release. */
  needs_owner?: boolean | undefined;
  /** True when the conversation existed before, so that its participants are to see the change. */
  updated: boolean;
}
