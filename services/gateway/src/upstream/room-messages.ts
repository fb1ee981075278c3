import { createSerialBatcher } from '@vestnik/batching';
import type { Bus } from '@vestnik/bus';
import { type Message, messagesEndpoints } from '@vestnik/contracts';

/** Where a conversation ends when its room opens. */
export interface RoomHead {
  seq: number;
  isSealed: boolean;
}

/** The questions that rooms ask the messages service. */
export interface RoomMessages {
  /**
   * Returns the `seq` of a conversation's newest message, 0 before the first, and whether the rules between people and
   * companies let nothing pass through the conversation.
   *
   * @throws VestnikError `unavailable` when the messages service does not answer.
   */
  headOf(conversationId: number): Promise<RoomHead>;
  /**
   * Returns the `seq` behind which a user's live delivery of a conversation begins.
   *
   * @throws VestnikError `unavailable` when the messages service does not answer.
   */
  joinedSeqOf(userId: number, conversationId: number): Promise<number>;
  /**
   * Returns the messages of a conversation with `afterSeq` < `seq` ≤ `upToSeq`, oldest first, perhaps only the first ones.
   *
   * @throws VestnikError `unavailable` when the messages service does not answer.
   */
  fetchRange(conversationId: number, afterSeq: number, upToSeq: number): Promise<Message[]>;
}

/** Conversations in one request for heads at most. */
const HEADS_BATCH = 5_000;
/** Requests for heads begin at least this far apart, in milliseconds. */
const HEADS_PACE_MS = 3;

/** Creates the questions of one gateway's rooms. Heads that are asked for at the same time share a request. */
export function createRoomMessages(bus: Bus): RoomMessages {
  const heads = createSerialBatcher<number, RoomHead>(
    HEADS_BATCH,
    async (conversationIds) => {
      const found = await bus.request(messagesEndpoints.findHeads, { conversation_ids: conversationIds });
      const known = new Map(
        found.heads.map(({ conversation_id, seq, is_sealed }) => [
          conversation_id,
          { seq, isSealed: is_sealed ?? false },
        ]),
      );
      return conversationIds.map((id) => known.get(id) ?? { seq: 0, isSealed: false });
    },
    { paceMs: HEADS_PACE_MS },
  );

  return {
    headOf: (conversationId) => heads.add(conversationId),
    async joinedSeqOf(userId, conversationId) {
      const input = { conversation_ids: [conversationId], user_id: userId };
      const [head] = (await bus.request(messagesEndpoints.findHeads, input)).heads;
      return head?.joined_seq ?? head?.seq ?? 0;
    },
    async fetchRange(conversationId, afterSeq, upToSeq) {
      const range = { conversation_id: conversationId, after_seq: afterSeq, up_to_seq: upToSeq };
      return (await bus.request(messagesEndpoints.readRange, range)).messages;
    },
  };
}
