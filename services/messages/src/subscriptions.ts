import { type Consumption, consume } from '@vestnik/bus';
import { durableConsumers } from '@vestnik/contracts';
import { refusalWhenAway } from '@vestnik/database';
import type { Logger } from '@vestnik/logging';
import type { Context } from './context.ts';
import { applyConversation } from './use-cases/apply-conversation.ts';

/** Starts the durable subscriptions: which use case takes which event. */
export function startSubscriptions(parts: {
  context: Context;
  logger: Logger;
  /** Counts an event that was set aside. */
  onSetAside(consumer: string): void;
}): Consumption[] {
  const { context, logger, onSetAside } = parts;
  return [
    consume({
      bus: context.bus,
      logger,
      ...durableConsumers.messagesConversationChanged,
      service: 'messages',
      translate: refusalWhenAway,
      onSetAside,
      async handle(event) {
        await applyConversation(context, event);
      },
    }),
  ];
}
