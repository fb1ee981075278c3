import { type Consumption, consume } from '@vestnik/bus';
import { durableConsumers } from '@vestnik/contracts';
import { refusalWhenAway } from '@vestnik/database';
import type { Logger } from '@vestnik/logging';
import { saveBlocks, saveCompanies, savePeople } from '@vestnik/relations';
import type { Context } from './context.ts';
import { applyContract } from './use-cases/apply-contract.ts';

/** Starts the durable subscriptions: which use case takes which event, or the copy itself where nothing follows from it. */
export function startSubscriptions(parts: {
  context: Context;
  logger: Logger;
  /** Counts an event that was set aside. */
  onSetAside(consumer: string): void;
}): Consumption[] {
  const { context, logger, onSetAside } = parts;
  const { bus, database } = context;
  const common = { bus, logger, service: 'conversations' as const, translate: refusalWhenAway, onSetAside };
  return [
    consume({
      ...common,
      ...durableConsumers.conversationsPeopleChanged,
      handle: async ({ people }) => void (await savePeople(database, people)),
    }),
    consume({
      ...common,
      ...durableConsumers.conversationsCompanyChanged,
      handle: async ({ company }) => void (await saveCompanies(database, [company])),
    }),
    consume({
      ...common,
      ...durableConsumers.conversationsContractChanged,
      handle: (event) => applyContract(context, event),
    }),
    consume({
      ...common,
      ...durableConsumers.conversationsBlockChanged,
      handle: async ({ block }) => void (await saveBlocks(database, [block])),
    }),
  ];
}
