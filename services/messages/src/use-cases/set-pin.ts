import { PINS_PER_CONVERSATION, VestnikError } from '@vestnik/contracts';
import { changeMessage, type MakeChange } from '../change-message.ts';
import type { Context, Input, Output } from '../context.ts';
import { requirePassage } from '../require-passage.ts';
import { findMessage } from '../store/messages.ts';
import { lockPins } from '../store/pins.ts';
import type { MessageRecord } from '../store/schema.ts';
import type { EntityManager } from '../store/unit-of-work.ts';

/**
 * Pins a message in its conversation, or removes the pin, and notifies the conversation. A repetition changes nothing. A pin
 * is no edit.
 *
 * @throws VestnikError `forbidden` to a user who may not see the message, and with a reason where the rules between people let
 *   no change pass; `conflict` for a pin of a tombstone, and for one pin too many.
 */
export async function setPin(context: Context, input: Input<'setPin'>): Promise<Output<'setPin'>> {
  await requirePassage(context, input);
  const place = await findMessage(context.database, input.message_id);
  const key = place && `pins of ${place.conversation_id}`;
  const pin: MakeChange = (em, record) => makePin(em, record, input.pinned);
  return { message: await changeMessage(context, input, pin, key) };
}

async function makePin(em: EntityManager, record: MessageRecord, pinned: boolean): Promise<'pin' | undefined> {
  if (pinned && record.deleted_at !== null) throw new VestnikError('conflict', 'The message was deleted');
  if (pinned === (record.pinned_at !== null)) return undefined;
  if (!pinned) {
    record.pinned_at = null;
    return 'pin';
  }
  const pins = await lockPins(em, record.conversation_id);
  if (pins.count >= PINS_PER_CONVERSATION) {
    throw new VestnikError('conflict', `A conversation takes at most ${PINS_PER_CONVERSATION} pins`);
  }
  // Pins are listed by time, so each is later than those before it.
  record.pinned_at = new Date(Math.max(Date.now(), pins.newest_ms + 1));
  return 'pin';
}
