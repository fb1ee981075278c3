import { type Bus, publishDurable } from '@vestnik/bus';
import { durableEvents } from '@vestnik/contracts';
import type { OutboxRow } from '@vestnik/outbox';
import type { CompaniesEvent } from './domain/event.ts';

/**
 * Publishes one change to the stream. Gateways hear the same event there, as a live one.
 *
 * @throws VestnikError `unavailable` when the stream does not answer.
 */
export function publishEvent(bus: Bus, row: OutboxRow): Promise<void> {
  const event = row.payload as CompaniesEvent;
  const id = `companies-${row.id}`;
  if ('people' in event) return publishDurable(bus, durableEvents.peopleChanged, id, event);
  if ('company' in event) return publishDurable(bus, durableEvents.companyChanged, id, event);
  if ('contract' in event) return publishDurable(bus, durableEvents.contractChanged, id, event);
  return publishDurable(bus, durableEvents.blockChanged, id, event);
}
