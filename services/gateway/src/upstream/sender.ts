import { createKeyedBatcher } from '@vestnik/batching';
import type { Bus } from '@vestnik/bus';
import {
  type Message,
  messagesEndpoints,
  type Send,
  type SendInput,
  type SendResult,
  VestnikError,
} from '@vestnik/contracts';
import type { Caller } from './caller.ts';

/** Takes messages to the messages service: many in one request while another is under way, one alone at once. */
export interface Sender {
  /**
   * Sends one message and resolves when it is committed; `created` is false when it was stored before.
   *
   * @throws VestnikError the service's refusal; `unavailable` when it does not answer or too many sends wait.
   */
  send(caller: Caller, conversationId: number, input: SendInput): Promise<{ message: Message; created: boolean }>;
  /** Sends that wait or are under way. */
  pending(): number;
  /** Resolves when every send has its answer. */
  idle(): Promise<void>;
}

/**
 * Requests under way at once. A conversation is in one of them at a time, so that its sends arrive in the order sent
 * whichever instance of messages answers.
 */
const SLOTS = 4;
const MAX_BATCH = 512;
/** Characters of one request; in JSON one takes at most 6 bytes, and the bus carries 8 MB. */
const MAX_BATCH_LENGTH = 1_000_000;
/** Sends that may wait or be under way before new ones are refused. */
const MAX_PENDING = 40_000;
/** How long a send may wait for its request, in milliseconds; together with the request that stays below 5 s. */
const MAX_WAIT_MS = 1_500;

/** Creates the sender of one gateway. */
export function createSender(bus: Bus): Sender {
  async function request(sends: Send[]): Promise<SendResult[]> {
    const answer = bus.request(messagesEndpoints.sendMessages, { sends });
    return (await answer).results;
  }

  const batcher = createKeyedBatcher<Send, SendResult>({
    slots: SLOTS,
    maxBatch: MAX_BATCH,
    run: request,
    weight: {
      of: (send) => (send.content?.length ?? 0) + send.attachments.length * 6_000 + send.mentions.length * 20,
      max: MAX_BATCH_LENGTH,
    },
    patience: { maxWaitMs: MAX_WAIT_MS, refusal: overloaded },
  });

  return {
    async send({ userId, companyId, sessionId }, conversationId, input) {
      if (batcher.size() >= MAX_PENDING) throw overloaded();
      const result = await batcher.add(conversationId, {
        sender_id: userId,
        conversation_id: conversationId,
        client_message_id: input.clientMessageId ?? null,
        type: input.type,
        content: input.content ?? null,
        attachments: input.attachments,
        reply_to_id: input.replyToId ?? null,
        mentions: input.mentions ?? [],
        marks_read: input.marksRead ?? true,
        session_id: sessionId,
        company_id: companyId,
      });
      if ('error' in result) {
        const { code, message, reason } = result.error;
        throw new VestnikError(code, message, {
          reason,
          ...(result.retry_after_seconds !== undefined && { retryAfterSeconds: result.retry_after_seconds }),
        });
      }
      return result;
    },
    pending: () => batcher.size(),
    idle: () => batcher.idle(),
  };
}

function overloaded(): VestnikError {
  return new VestnikError('unavailable', 'Too many messages wait to be stored', { retryAfterSeconds: 1 });
}
