import type { Message } from '../model.ts';

/**
 * An event to a client: an object of `event` and `data`, in this order and nothing else. Every door expects it so, and
 * the one of Socket.IO cuts the text there. Services that publish live events write the same frames as the gateway.
 */
export function eventFrame(event: string, data: unknown): string {
  return JSON.stringify({ event, data });
}

/** The frame of one stored message: the same bytes whether it comes live or is fetched to fill a hole. */
export function newMessageFrame(message: Message): string {
  return eventFrame('new_message', { conversation_id: message.conversation_id, message });
}
