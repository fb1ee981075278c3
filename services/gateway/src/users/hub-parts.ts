import type { Bus } from '@vestnik/bus';
import type { Conversation } from '@vestnik/contracts';
import type { CrashPoints } from '@vestnik/lifecycle';
import type { Logger } from '@vestnik/logging';
import type { Warmth } from '../rooms/warmth.ts';
import type { Publisher } from '../sessions/session.ts';
import type { DeliveryReporter } from '../upstream/delivery-reporter.ts';

/** What the hub works with. */
export interface HubParts {
  bus: Bus;
  logger: Logger;
  crash: CrashPoints;
  publisher: Publisher;
  warmth: Warmth;
  deliveries: DeliveryReporter;
  /** A user's first session opened (true) or last session closed (false) here. */
  onPresence(userId: number, present: boolean): void;
  /**
   * A conversation as one of its participants sees it now, ready for `conversation_created`.
   *
   * @throws VestnikError `forbidden` for who is not in it.
   */
  present(userId: number, conversationId: number): Promise<Conversation>;
}
