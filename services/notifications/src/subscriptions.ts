import { type Consumption, consume } from '@vestnik/bus';
import { durableConsumers } from '@vestnik/contracts';
import { refusalWhenAway } from '@vestnik/database';
import type { Context } from './context.ts';
import { applyConversation } from './use-cases/apply-conversation.ts';
import { recordPushes } from './use-cases/record-pushes.ts';

/** Durable event → use case. */
export function startSubscriptions(context: Context): Consumption[] {
  const { bus, logger } = context;
  const service = 'notifications' as const;
  const shared = { bus, logger, service, translate: refusalWhenAway, onSetAside: context.countSetAside };
  return [
    consume({
      ...shared,
      ...durableConsumers.notificationsConversationChanged,
      handle: (event) => applyConversation(context, event),
    }),
    consume({
      ...shared,
      ...durableConsumers.notificationsMessagesStored,
      handle: (event) => recordPushes(context, event),
    }),
  ];
}
