import { createHash } from 'node:crypto';
import {
  type Conversation,
  conversationsEndpoints,
  type ErrorBody,
  type KeptCreation,
  type Message,
  type Once,
  type SendInput,
  toErrorBody,
  VestnikError,
} from '@vestnik/contracts';
import type { Context } from '../context.ts';
import { applyConversation } from '../upstream/apply-conversation.ts';
import type { Caller } from '../upstream/caller.ts';
import { JsonText } from '../upstream/json-text.ts';
import { presentChanged } from '../upstream/present-changed.ts';

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
 *   participant. `forbidden` with a reason where the decision refuses. `invalid` for a first message of a group that replies to another message. What `Sender.send` throws, in a
 *   direct conversation.
 */
export function createConversation(
  context: Context,
  caller: Caller,
  { key, creation }: { key: string | undefined; creation: Creation },
): Promise<CreationAnswer> {
  const once = key === undefined ? undefined : { key, fingerprint: fingerprintOf(creation) };
  return creation.type === 'group'
    ? createGroup(context, caller, creation, once)
    : createDirect(context, caller, creation, once);
}

/** The answer to a creation. A repeated creation under a key gets the first answer again. */
interface CreationAnswer {
  answer: JsonText;
  created: boolean;
}

function fingerprintOf(creation: Creation): string {
  return createHash('sha256').update(JSON.stringify(creation)).digest('base64url');
}

/** Returns the first answer of a creation under a key, where it is known. */
function firstAnswer(kept: KeptCreation | undefined): CreationAnswer | undefined {
  return kept?.answer ? { answer: new JsonText(kept.answer), created: kept.created } : undefined;
}

/** Gives a first message without a client message id one that a repetition has too. */
function keyedMessage(message: SendInput, kept: KeptCreation | undefined): SendInput {
  return kept ? { ...message, clientMessageId: message.clientMessageId ?? kept.message_key } : message;
}

/** Keeps the answer to a creation under a key, and returns the one that was kept first. */
async function keepAnswer(
  { bus }: Context,
  caller: Caller,
  kept: KeptCreation | undefined,
  given: CreationAnswer,
): Promise<CreationAnswer> {
  if (!kept) return given;
  const { answer } = await bus.request(
    conversationsEndpoints.keepAnswer,
    { user_id: caller.userId, creation_id: kept.id, answer: String(given.answer.json) },
    { requestId: caller.requestId },
  );
  return { answer: new JsonText(answer), created: kept.created };
}

/** A refused message refuses the request. A repeated request finds the same conversation, and `clientMessageId` one message. */
async function createDirect(
  context: Context,
  caller: Caller,
  input: DirectCreation,
  once: Once | undefined,
): Promise<CreationAnswer> {
  const { conversation, created, kept } = await context.bus.request(
    conversationsEndpoints.createDirect,
    { user_id: caller.userId, company_id: caller.companyId, participant_id: input.participantId, once },
    { requestId: caller.requestId },
  );
  const first = firstAnswer(kept);
  if (first) return first;
  // Also for one that was found: its creator may have created it a moment ago, and messages may not know it yet.
  const isMessagesThere = await applyConversation(context, caller, conversation);
  const outcome = input.message && {
    message: await sendFirst(context, caller, conversation, keyedMessage(input.message, kept)),
  };
  const given = { answer: await answer(context, caller, conversation, isMessagesThere, outcome), created };
  return keepAnswer(context, caller, kept, given);
}

/** A refused message leaves the group as it is: after an error the caller would repeat the request and have two groups. */
async function createGroup(
  context: Context,
  caller: Caller,
  input: GroupCreation,
  once: Once | undefined,
): Promise<CreationAnswer> {
  context.rateLimits.chargeItems(caller, input.participantIds.length);
  if (input.message?.replyToId !== undefined) {
    throw new VestnikError('invalid', 'message.replyToId: there is nothing to reply to in a new group');
  }
  const { conversation, kept } = await context.bus.request(
    conversationsEndpoints.createGroup,
    {
      user_id: caller.userId,
      company_id: caller.companyId,
      name: input.name,
      participant_ids: input.participantIds,
      once,
    },
    { requestId: caller.requestId },
  );
  const first = firstAnswer(kept);
  if (first) return first;
  const isMessagesThere = await applyConversation(context, caller, conversation);
  const outcome =
    input.message &&
    (isMessagesThere ? await attemptFirst(context, caller, conversation, keyedMessage(input.message, kept)) : AWAY);
  const given = { answer: await answer(context, caller, conversation, isMessagesThere, outcome), created: true };
  return keepAnswer(context, caller, kept, given);
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
  caller: Caller,
  { id }: Conversation,
  input: SendInput,
): Promise<Message> {
  return (await sender.send(caller, id, input)).message;
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
