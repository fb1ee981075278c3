import type { Conversation } from '@vestnik/contracts';

/** What the outbox keeps of one change: enough for the live events and for the durable one. */
export interface MembershipEvent {
  /** As it is after the change. */
  conversation: Conversation;
  joined: number[];
  left: number[];
  /** True when it existed before, so that people were in it who are to see it change. */
  updated: boolean;
}
