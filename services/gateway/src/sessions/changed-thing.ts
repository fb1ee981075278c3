import type { ClientEvent, ClientEventData } from '@vestnik/contracts';

type ThingOf<Event extends ClientEvent> = (data: ClientEventData<Event>) => string;

const message = ({ messageId }: { messageId: number }) => `message ${messageId}`;

/**
 * The thing that each client event changes. Changes that one session sends of one thing take effect in the order sent.
 * `undefined`: the event changes nothing, or its use case keeps the order itself.
 */
const things: { [Event in ClientEvent]: ThingOf<Event> | undefined } = {
  // `upstream/sender.ts` keeps the order of messages in a conversation, and sends many in one request.
  send_message: undefined,
  typing: ({ conversationId }) => `typing ${conversationId}`,
  read_messages: ({ conversationId }) => `marker ${conversationId}`,
  edit_message: message,
  delete_message: message,
  pin_message: message,
  unpin_message: message,
  add_reaction: message,
  remove_reaction: message,
  sync: undefined,
  set_activity: undefined,
  watch_presence: undefined,
  refresh_token: () => 'token',
};

/** Returns the name of the thing that an event changes, among the things of one session. */
export function changedThing<Event extends ClientEvent>(
  event: Event,
  data: ClientEventData<Event>,
): string | undefined {
  return things[event]?.(data);
}
