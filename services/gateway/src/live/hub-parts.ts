import type { Bus } from '@vestnik/bus';
import type { Conversation } from '@vestnik/contracts';
import type { CrashPoints } from '@vestnik/lifecycle';
import type { Logger } from '@vestnik/logging';
import type { DeliveryReporter } from './delivery-reporter.ts';
import type { Publisher } from './session.ts';
import type { Warmth } from './warmth.ts';

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
  /** A conversation as a user sees it who has just come into it, ready for `conversation_created`. */
  present(userId: number, conversation: Conversation): Promise<unknown>;
}
