import { type Bus, type Consumption, consume } from '@vestnik/bus';
import { durableConsumers } from '@vestnik/contracts';
import { refusalWhenAway } from '@vestnik/database';
import type { Logger } from '@vestnik/logging';
import type { Context } from './context.ts';
import { auditConversation } from './use-cases/audit-conversation.ts';

/** Starts the durable subscriptions: which use case takes which event. */
export function startSubscriptions(parts: {
  bus: Bus;
  context: Pick<Context, 'database'>;
  logger: Logger;
  /** Counts an event that was set aside. */
  onSetAside(consumer: string): void;
}): Consumption[] {
  const { bus, context, logger, onSetAside } = parts;
  return [
    consume({
      bus,
      logger,
      service: 'companies',
      translate: refusalWhenAway,
      onSetAside,
      ...durableConsumers.companiesConversationChanged,
      handle: (event) => auditConversation(context, event),
    }),
  ];
}
