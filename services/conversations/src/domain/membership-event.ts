import type { Conversation } from '@vestnik/contracts';

/** What the outbox keeps of one change: enough for its live events and for its durable event. */
export interface MembershipEvent {
  /** The conversation after the change. */
  conversation: Conversation;
  joined: number[];
  left: number[];
  /** True when the conversation existed before, so that its participants are to see the change. */
  updated: boolean;
}
