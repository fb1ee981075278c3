import {
  companiesEndpoints,
  type FiledReport,
  type HistoryPage,
  type Message,
  messagesEndpoints,
  REPORTED_BEFORE,
} from '@vestnik/contracts';
import type { Context } from '../context.ts';
import { actorOf } from '../upstream/actor.ts';
import type { Caller } from '../upstream/caller.ts';

/**
 * Reports a message as it is now, with those before it, to the admins of the caller's company.
 *
 * @throws VestnikError `forbidden` for a message that the caller may not see, whether or not it exists.
 */
export async function reportMessage(
  context: Context,
  caller: Caller,
  { messageId, reason }: { messageId: number; reason: string },
): Promise<{ report: FiledReport; created: boolean }> {
  const { bus } = context;
  const { userId, requestId } = caller;
  const asked = { user_id: userId, message_id: messageId };
  const { message } = await bus.request(messagesEndpoints.getMessage, asked, { requestId });
  const before = await messagesBefore(context, caller, message);
  const report = { actor: actorOf(caller), reason, message, before };
  return bus.request(companiesEndpoints.fileReport, report, { requestId });
}

/** The messages that the caller sees before one, oldest first. */
async function messagesBefore(
  { reader, readLimiter }: Context,
  caller: Caller,
  { conversation_id, seq }: Message,
): Promise<Message[]> {
  if (seq === 1) return [];
  const ask = { user_id: caller.userId, conversation_id, limit: REPORTED_BEFORE, before_seq: seq };
  const page = await readLimiter.run(caller, () => reader.readHistory(ask, caller.requestId));
  return (JSON.parse(page.toString()) as HistoryPage).messages.toReversed();
}
