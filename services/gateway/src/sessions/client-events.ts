import { type ClientEvent, type ClientEventData, parse, VestnikError } from '@vestnik/contracts';
import type { Context } from '../context.ts';
import type { Caller } from '../upstream/caller.ts';
import { addReaction } from '../use-cases/add-reaction.ts';
import { deleteMessage } from '../use-cases/delete-message.ts';
import { editMessage } from '../use-cases/edit-message.ts';
import { getPresence } from '../use-cases/get-presence.ts';
import { pinMessage } from '../use-cases/pin-message.ts';
import { readMessages } from '../use-cases/read-messages.ts';
import { refreshToken } from '../use-cases/refresh-token.ts';
import { removeReaction } from '../use-cases/remove-reaction.ts';
import { sendMessage } from '../use-cases/send-message.ts';
import { setActivity } from '../use-cases/set-activity.ts';
import { setTyping } from '../use-cases/set-typing.ts';
import { syncAccount } from '../use-cases/sync-account.ts';
import { syncConversations } from '../use-cases/sync-conversations.ts';
import { unpinMessage } from '../use-cases/unpin-message.ts';
import { changedThing } from './changed-thing.ts';
import type { OrderedChanges } from './ordered-changes.ts';
import type { Session } from './session.ts';

type UseCase<Event extends ClientEvent> = (
  context: Context,
  caller: Caller,
  data: ClientEventData<Event>,
  session: Session,
) => Promise<unknown>;

/** Every event that a client may send, with its use case. The result is the data of the reply. */
const useCases: { [Event in ClientEvent]: UseCase<Event> } = {
  send_message: async (context, caller, data) => ({ message: (await sendMessage(context, caller, data)).message }),
  typing: setTyping,
  read_messages: readMessages,
  edit_message: editMessage,
  delete_message: deleteMessage,
  pin_message: pinMessage,
  unpin_message: unpinMessage,
  add_reaction: addReaction,
  remove_reaction: removeReaction,
  async sync(context, caller, { conversations, ...ask }) {
    if (conversations) return syncConversations(context, caller, conversations);
    const { json } = await syncAccount(context, caller, ask);
    return JSON.parse(String(json));
  },
  set_activity: setActivity,
  watch_presence: getPresence,
  refresh_token: refreshToken,
};

/**
 * Handles one event of a client and resolves with the data of its reply. Changes of one thing by one session take effect in
 * the order of the calls.
 *
 * @throws VestnikError `bad_request` for an unknown event; what the schema and the use case throw.
 */
export async function handleEvent(
  context: Context,
  order: OrderedChanges,
  session: Session,
  caller: Caller,
  event: string,
  data: unknown,
): Promise<unknown> {
  if (!isClientEvent(event)) throw new VestnikError('bad_request', `Unknown event: ${event.slice(0, 64)}`);
  return run(context, order, caller, event, data, session);
}

function run<Event extends ClientEvent>(
  context: Context,
  order: OrderedChanges,
  caller: Caller,
  event: Event,
  data: unknown,
  session: Session,
): Promise<unknown> {
  const input = parse(context.input.socket[event], data) as ClientEventData<Event>;
  const act = () => useCases[event](context, caller, input, session);
  const thing = changedThing(event, input);
  return thing === undefined ? act() : order.run(`${session.id} ${thing}`, act);
}

function isClientEvent(event: string): event is ClientEvent {
  return Object.hasOwn(useCases, event);
}
