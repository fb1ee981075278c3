import {
  type Conversation,
  conversationsEndpoints,
  type ErrorBody,
  type Message,
  type SendInput,
  toErrorBody,
  VestnikError,
} from '@vestnik/contracts';
import type { Context } from '../context.ts';
import type { Caller } from '../upstream/caller.ts';
import { JsonText } from '../upstream/json-text.ts';
import { presentChanged } from '../upstream/present-changed.ts';
import { tellMessages } from '../upstream/tell-messages.ts';

/** The conversation to create or find, and its first message. */
export type Creation = DirectCreation | GroupCreation;

interface DirectCreation {
  type?: 'direct' | undefined;
  participantId: number;
  message?: SendInput | undefined;
}

interface GroupCreation {
  type: 'group';
  name: string;
  participantIds: number[];
  message?: SendInput | undefined;
}

/** The outcome for the first message: stored, or the reason why not. */
type FirstMessage = { message: Message } | { message_error: ErrorBody };

/** The outcome when messages did not answer just now: there is no time to wait for it a second time. */
const AWAY: FirstMessage = { message_error: { code: 'unavailable', message: 'Messages cannot be stored just now' } };

/**
 * Finds or creates the direct conversation with a user, or creates a group that the caller owns, and sends the first
 * message. The answer is the conversation with `message`, or with `message_error` for a group whose message was refused.
 *
 * @throws VestnikError `invalid` for a conversation with oneself, and for a group that is too large or has no other
 *   participant. `invalid` for a first message of a group that replies to another message. What `Sender.send` throws, in a
 *   direct conversation.
 */
export function createConversation(
  context: Context,
  caller: Caller,
  creation: Creation,
): Promise<{ answer: JsonText; created: boolean }> {
  return creation.type === 'group' ? createGroup(context, caller, creation) : createDirect(context, caller, creation);
}

/** A refused message refuses the request. A repeated request finds the same conversation, and `clientMessageId` one message. */
async function createDirect(
  context: Context,
  caller: Caller,
  input: DirectCreation,
): Promise<{ answer: JsonText; created: boolean }> {
  const { conversation, created } = await context.bus.request(
    conversationsEndpoints.createDirect,
    { user_id: caller.userId, participant_id: input.participantId },
    { requestId: caller.requestId },
  );
  // Also for one that was found: its creator may have created it a moment ago, and messages may not know it yet.
  const isMessagesThere = await tellMessages(context, caller, conversation);
  const outcome = input.message && { message: await sendFirst(context, caller, conversation, input.message) };
  return { answer: await answer(context, caller, conversation, isMessagesThere, outcome), created };
}

/** A refused message leaves the group as it is: after an error the caller would repeat the request and have two groups. */
async function createGroup(
  context: Context,
  caller: Caller,
  input: GroupCreation,
): Promise<{ answer: JsonText; created: boolean }> {
  context.rateLimits.chargeParticipants(caller.userId, input.participantIds.length);
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
    input.message && (isMessagesThere ? await attemptFirst(context, caller, conversation, input.message) : AWAY);
  return { answer: await answer(context, caller, conversation, isMessagesThere, outcome), created: true };
}

async function answer(
  context: Context,
  caller: Caller,
  conversation: Conversation,
  isMessagesThere: boolean,
  outcome: FirstMessage | undefined,
): Promise<JsonText> {
  const presented = await presentChanged(context, caller, conversation, isMessagesThere);
  const rest = outcome ? `,${JSON.stringify(outcome).slice(1)}` : '}';
  return new JsonText(`{"conversation":${presented}${rest}`);
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
): Promise<FirstMessage> {
  try {
    return { message: await sendFirst(context, caller, conversation, input) };
  } catch (error) {
    context.logger.warn({ err: error, request_id: caller.requestId }, 'a group was created without its first message');
    return { message_error: toErrorBody(error) };
  }
}
