import { readFile } from 'node:fs/promises';
import { Fault } from '../start/fault.ts';
import { type ChatLog, parseChatLog } from './chat-log.ts';

/**
 * Reads a chat log from a file in UTF-8, with or without a byte-order mark.
 *
 * @throws Fault in one line when the file cannot be read, is not UTF-8, or has no message. Any other encoding is refused, since
 *   its letters would be replaced unnoticed.
 */
export async function readChatLog(file: string): Promise<ChatLog> {
  const bytes = await readFile(file).catch((error: NodeJS.ErrnoException) => {
    throw new Fault(`${file} cannot be read (${error.code})`);
  });
  const log = parseChatLog(decode(bytes, file));
  if (log.lines.length === 0) throw new Fault(`${file} holds no line like "[12:34] <nick> text"`);
  return log;
}

function decode(bytes: Uint8Array, file: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new Fault(`${file} is not UTF-8: convert it first, for example with iconv -f LATIN1 -t UTF-8`);
  }
}
