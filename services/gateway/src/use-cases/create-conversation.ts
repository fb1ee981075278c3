import {
  type Conversation,
  conversationsEndpoints,
  type ErrorBody,
  type Message,
  type SendInput,
  toErrorBody,
  VestnikError,
} from '@vestnik/contracts';
import type { Caller, Context } from '../context.ts';
import { tellMessages } from '../upstream/tell-messages.ts';
import { presentChanged } from './present-changed.ts';
import type { PresentedConversation } from './present-conversation.ts';

/** A created or found conversation, with what became of the first message where one was given. */
export interface CreatedConversation {
  conversation: PresentedConversation;
  created: boolean;
  message?: Message;
  /** Why the first message of a new group was not stored. */
  message_error?: ErrorBody;
}

/** Why nobody tried to send: there is no time to wait for messages a second time. */
const AWAY: ErrorBody = { code: 'unavailable', message: 'Messages cannot be stored just now' };

/**
 * Finds or creates the one direct conversation with a participant, and sends the first message to it. When the message
 * is refused the whole request is: repeating it finds the same conversation, and `clientMessageId` keeps the message one.
 *
 * @throws VestnikError `invalid` for a conversation with oneself; what `Sender.send` throws.
 */
export async function createDirect(
  context: Context,
  caller: Caller,
  input: { participantId: number; message: SendInput | undefined },
): Promise<CreatedConversation> {
  const { conversation, created } = await context.bus.request(
    conversationsEndpoints.createDirect,
    { user_id: caller.userId, participant_id: input.participantId },
    { requestId: caller.requestId },
  );
  // A found one too: the other side may have created it a moment ago, and be on the way to messages still.
  const isMessagesThere = await tellMessages(context, caller, conversation);
  const message = input.message && (await sendFirst(context, caller, conversation, input.message));
  const presented = await presentChanged(context, caller, conversation, isMessagesThere);
  return { conversation: presented, created, ...(message && { message }) };
}

/**
 * Creates a group that the caller owns, and sends the first message to it. When the message is refused the group stands
 * and `message_error` says why: as an error the caller would repeat the request, and have two groups.
 *
 * @throws VestnikError `invalid` for a group that is too large or that nobody else is in, or for a first message that
 *   replies to one.
 */
export async function createGroup(
  context: Context,
  caller: Caller,
  input: { name: string; participantIds: number[]; message: SendInput | undefined },
): Promise<CreatedConversation> {
  if (input.message?.replyToId !== undefined) {
    throw new VestnikError('invalid', 'message.replyToId: there is nothing to reply to in a new group');
  }
  const { conversation } = await context.bus.request(
    conversationsEndpoints.createGroup,
    { user_id: caller.userId, name: input.name, participant_ids: input.participantIds },
    { requestId: caller.requestId },
  );
  const isMessagesThere = await tellMessages(context, caller, conversation);
  const outcome =
    input.message &&
    (isMessagesThere ? await attemptFirst(context, caller, conversation, input.message) : { message_error: AWAY });
  const presented = await presentChanged(context, caller, conversation, isMessagesThere);
  return { conversation: presented, created: true, ...outcome };
}

async function sendFirst(
  { sender }: Context,
  { userId }: Caller,
  { id }: Conversation,
  input: SendInput,
): Promise<Message> {
  return (await sender.send(userId, id, input)).message;
}

async function attemptFirst(
  context: Context,
  caller: Caller,
  conversation: Conversation,
  input: SendInput,
): Promise<{ message: Message } | { message_error: ErrorBody }> {
  try {
    return { message: await sendFirst(context, caller, conversation, input) };
  } catch (error) {
    context.logger.warn({ err: error, request_id: caller.requestId }, 'a group was created without its first message');
    return { message_error: toErrorBody(error) };
  }
}
