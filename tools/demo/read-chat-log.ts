import { readFile } from 'node:fs/promises';
import { Fault } from '../start/fault.ts';
import { type ChatLog, parseChatLog } from './chat-log.ts';

/**
 * Reads a chat log from a file.
 *
 * @throws Fault in one line when it cannot be read or holds no message.
 */
export async function readChatLog(file: string): Promise<ChatLog> {
  const content = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new Fault(`${file} cannot be read (${error.code})`);
  });
  const log = parseChatLog(content);
  if (log.lines.length === 0) throw new Fault(`${file} holds no line like "[12:34] <nick> text"`);
  return log;
}
