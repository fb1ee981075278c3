import type { Bus } from '@vestnik/bus';
import type { Conversation } from '@vestnik/contracts';
import type { CrashPoints } from '@vestnik/lifecycle';
import type { Logger } from '@vestnik/logging';
import type { TopicActivity } from '../rooms/topic-activity.ts';
import type { Publisher } from '../sessions/session.ts';
import type { DeliveryReceipts } from '../upstream/delivery-receipts.ts';

/** What the connectedUsers works with. */
export interface ConnectedUsersParts {
  bus: Bus;
  logger: Logger;
  crash: CrashPoints;
  publisher: Publisher;
  topicActivity: TopicActivity;
  deliveries: DeliveryReceipts;
  /** A user's first session opened (true) or last session closed (false) here. */
  onPresence(userId: number, present: boolean): void;
  /**
   * A conversation as one of its participants sees it now, ready for `conversation_created`.
   *
   * @throws VestnikError `forbidden` for who is not in it.
   */
  present(userId: number, conversationId: number): Promise<Conversation>;
}
