import { type Bus, publishDurable, publishPersonRevocation } from '@vestnik/bus';
import { type ContractAnnounced, durableEvents, liveSubjects, type PersonUpdated } from '@vestnik/contracts';
import type { OutboxRow } from '@vestnik/outbox';
import type { Context } from './context.ts';
import type { CompaniesEvent } from './domain/event.ts';
import { findShownPeople } from './store/shown-people.ts';

/** The parts that publishing works with. */
type PublishContext = Pick<Context, 'database' | 'conversations'> & {
  bus: Bus;
  /** The bus as the user that revokes the tokens of people. */
  revoker: Bus;
};

/**
 * Publishes one change to the stream. Gateways hear the same event there, as a live one. People who look different are then
 * announced to their contacts.
 *
 * @throws VestnikError `unavailable` when the stream or conversations does not answer.
 */
export async function publishEvent(context: PublishContext, row: OutboxRow): Promise<void> {
  const { bus, revoker } = context;
  const event = row.payload as CompaniesEvent;
  const id = `companies-${row.id}`;
  if ('people' in event) {
    await publishDurable(bus, durableEvents.peopleChanged, id, { people: event.people });
    await announcePeople(context, event.shown_ids);
  } else if ('company' in event) {
    await publishDurable(bus, durableEvents.companyChanged, id, event);
  } else if ('contract' in event) {
    await publishDurable(bus, durableEvents.contractChanged, id, { contract: event.contract });
    bus.publish(liveSubjects.contractAnnounced, JSON.stringify({ views: event.views } satisfies ContractAnnounced));
  } else if ('revoked' in event) {
    const { user_id, at } = event.revoked;
    await publishPersonRevocation(revoker, id, user_id, new Date(at));
  } else {
    await publishDurable(bus, durableEvents.blockChanged, id, event);
  }
}

/** Announces people as they are now to the participants of their conversations. */
async function announcePeople({ bus, database, conversations }: PublishContext, userIds: number[]): Promise<void> {
  if (userIds.length === 0) return;
  const conversationsOf = await conversations.conversationsOf(userIds);
  for (const person of await findShownPeople(database, userIds)) {
    const updated: PersonUpdated = { person, conversation_ids: conversationsOf.get(person.id) ?? [] };
    if (updated.conversation_ids.length > 0) bus.publish(liveSubjects.personUpdated, JSON.stringify(updated));
  }
}
