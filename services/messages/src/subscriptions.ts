import { type Consumption, consume } from '@vestnik/bus';
import { durableConsumers } from '@vestnik/contracts';
import { refusalWhenAway } from '@vestnik/database';
import type { Context } from './context.ts';
import { applyConversation } from './use-cases/apply-conversation.ts';

/** Which use case takes which durable event. */
export function startSubscriptions(context: Context): Consumption[] {
  const { bus, logger } = context;
  return [
    consume({
      bus,
      logger,
      ...durableConsumers.messagesConversationChanged,
      service: 'messages',
      translate: refusalWhenAway,
      onSetAside: context.countSetAside,
      async handle(event) {
        await applyConversation(context, event);
      },
    }),
  ];
}
