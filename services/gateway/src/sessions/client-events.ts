import {
  type ClientEvent,
  type ClientEventData,
  encodeLive,
  eventFrame,
  liveSubjects,
  messagesEndpoints,
  parse,
  VestnikError,
} from '@vestnik/contracts';
import type { Caller, Context } from '../context.ts';
import { unauthorized } from '../doors/bearer-token.ts';
import { deleteMessage } from '../use-cases/delete-message.ts';
import { editMessage } from '../use-cases/edit-message.ts';
import { findConversation } from '../use-cases/find-conversation.ts';
import { getStatuses } from '../use-cases/get-statuses.ts';
import { markRead } from '../use-cases/mark-read.ts';
import type { ConnectedUsers } from '../users/connected-users.ts';
import type { Session } from './session.ts';

/** What a handler of a client event works with. */
export interface EventContext extends Context {
  connectedUsers: ConnectedUsers<Session>;
}

type Handler<Event extends ClientEvent> = (
  context: EventContext,
  caller: Caller,
  data: ClientEventData<Event>,
  session: Session,
) => Promise<unknown>;

/** Every event that a client may send, with what it does; the result is the data of the reply. */
const handlers: { [Event in ClientEvent]: Handler<Event> } = {
  send_message: async ({ sender, crash }, { userId }, { conversationId, ...input }) => {
    crash.here('gateway.send-received');
    const { message } = await sender.send(userId, conversationId, input);
    crash.here('gateway.send-answered');
    crash.onceWritten('gateway.send-acknowledged');
    return { message };
  },

  typing: async (context, caller, { conversationId, isTyping }) => {
    const { userId } = caller;
    // Who has just come into it may type before the sockets hear it.
    if (!context.connectedUsers.isInRoom(userId, conversationId))
      await findConversation(context, caller, conversationId);
    const data = { conversation_id: conversationId, user_id: userId, is_typing: isTyping };
    const frame = eventFrame('user_typing', data);
    context.bus.publish(liveSubjects.userTyping(conversationId), encodeLive({ except_user_id: userId }, [frame]));
    return {};
  },

  read_messages: (context, caller, data) => markRead(context, caller, data),

  edit_message: (context, caller, data) => editMessage(context, caller, data),

  delete_message: (context, caller, { messageId }) => deleteMessage(context, caller, messageId),

  add_reaction: (context, caller, data) => react(context, caller, data, true),

  remove_reaction: (context, caller, data) => react(context, caller, data, false),

  sync: ({ bus, readLimiter }, { userId, requestId }, { conversations }) => {
    const places = conversations.map(({ id, afterSeq }) => ({ id, after_seq: afterSeq }));
    const input = { user_id: userId, conversations: places };
    return readLimiter.run(userId, () => bus.request(messagesEndpoints.syncConversations, input, { requestId }));
  },

  watch_presence: (context, caller, { userIds }) => getStatuses(context, caller, userIds),

  refresh_token: async ({ verify }, _, { token }, session) => {
    const identity = await verify(token);
    if (!identity) throw unauthorized();
    if (identity.userId !== session.userId || identity.companyId !== session.companyId) {
      throw new VestnikError('forbidden', 'The token is of somebody else');
    }
    session.expiresAt = identity.expiresAt;
    session.issuedAt = identity.issuedAt;
    session.fingerprints = identity.fingerprints;
    return { expires_at: new Date(identity.expiresAt * 1_000).toISOString() };
  },
};

/**
 * Handles one event of a client and resolves with the data of its reply.
 *
 * @throws VestnikError `bad_request` for an unknown event; what the schema and the handler throw.
 */
export async function handleEvent(
  context: EventContext,
  session: Session,
  requestId: string,
  event: string,
  data: unknown,
): Promise<unknown> {
  if (!isClientEvent(event)) throw new VestnikError('bad_request', `Unknown event: ${event.slice(0, 64)}`);
  const { userId, id: sessionId } = session;
  return run(context, { userId, requestId, sessionId }, event, data, session);
}

function run<Event extends ClientEvent>(
  context: EventContext,
  caller: Caller,
  event: Event,
  data: unknown,
  session: Session,
): Promise<unknown> {
  const input = parse(context.input.socket[event], data) as ClientEventData<Event>;
  return handlers[event](context, caller, input, session);
}

function isClientEvent(event: string): event is ClientEvent {
  return Object.hasOwn(handlers, event);
}

function react(
  { bus }: EventContext,
  { userId, requestId }: Caller,
  { messageId, emoji }: ClientEventData<'add_reaction'>,
  present: boolean,
): Promise<unknown> {
  return bus.request(
    messagesEndpoints.setReaction,
    { user_id: userId, message_id: messageId, emoji, present },
    { requestId },
  );
}
