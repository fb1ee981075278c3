import type { Message } from '../model.ts';

/**
 * Returns the frame of an event to a client: an object of `event` and `data`, in this order and with nothing else. Every
 * door expects this shape, and the door of Socket.IO cuts the text there. Services that publish live events write the same
 * frames as the gateway.
 */
export function eventFrame(event: string, data: unknown): string {
  return JSON.stringify({ event, data });
}

/** Returns the frame of a stored message: the same bytes whether it comes live or fills a gap. */
export function newMessageFrame(message: Message): string {
  return eventFrame('new_message', { conversation_id: message.conversation_id, message });
}
