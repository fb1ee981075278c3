import { type Consumption, consume } from '@vestnik/bus';
import { durableConsumers } from '@vestnik/contracts';
import { refusalWhenAway } from '@vestnik/database';
import type { Logger } from '@vestnik/logging';
import { saveCompanies, saveContracts } from '@vestnik/relations';
import type { Context } from './context.ts';
import { applyBlock } from './use-cases/apply-block.ts';
import { applyConversation } from './use-cases/apply-conversation.ts';
import { applyPeople } from './use-cases/apply-people.ts';

/** Starts the durable subscriptions: which use case takes which event. */
export function startSubscriptions(parts: {
  context: Context;
  logger: Logger;
  /** Counts an event that was set aside. */
  onSetAside(consumer: string): void;
}): Consumption[] {
  const { context, logger, onSetAside } = parts;
  const { bus, database } = context;
  const common = { bus, logger, service: 'messages' as const, translate: refusalWhenAway, onSetAside };
  return [
    consume({
      ...common,
      ...durableConsumers.messagesConversationChanged,
      async handle(event) {
        await applyConversation(context, event);
      },
    }),
    consume({
      ...common,
      ...durableConsumers.messagesPeopleChanged,
      handle: (event) => applyPeople(context, event),
    }),
    consume({
      ...common,
      ...durableConsumers.messagesCompanyChanged,
      handle: async ({ company }) => void (await saveCompanies(database, [company])),
    }),
    consume({
      ...common,
      ...durableConsumers.messagesContractChanged,
      handle: async ({ contract }) => void (await saveContracts(database, [contract])),
    }),
    consume({
      ...common,
      ...durableConsumers.messagesBlockChanged,
      handle: (event) => applyBlock(context, event),
    }),
  ];
}
