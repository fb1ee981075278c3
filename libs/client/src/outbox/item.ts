import type { VestnikError } from '../errors.ts';
import type { MessageInput } from '../protocol/events.ts';
import type { IsoTime } from '../protocol/model.ts';

/**
 * How far a message of the user has come.
 *
 * - `queued`: It waits for the server, also while the device is offline.
 * - `sent`: The server has stored it.
 * - `delivered`: A device of another participant has it.
 * - `read`: Another participant has read it.
 * - `failed`: The server has refused it for good.
 */
export type SendState = 'queued' | 'sent' | 'delivered' | 'read' | 'failed';

/** A message that the server has not stored yet. Once it is stored, the item ends and the conversation has the message. */
export interface OutboxItem {
  /** The name of the message for ever, also after a reload. */
  readonly clientMessageId: string;
  readonly conversationId: number;
  /** Content, attachments and the rest, as the user wrote them. */
  readonly message: MessageInput;
  readonly state: 'queued' | 'failed';
  /** Why the server refused it; null unless it failed. */
  readonly error: Pick<VestnikError, 'code' | 'message' | 'reason'> | null;
  /** When the user sent it, by the clock of the device. */
  readonly createdAt: IsoTime;
}
