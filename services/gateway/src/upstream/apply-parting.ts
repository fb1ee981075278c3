import type { Bus } from '@vestnik/bus';
import { messagesEndpoints, type PartingChange, VestnikError } from '@vestnik/contracts';
import type { Logger } from '@vestnik/logging';
import type { Caller } from './caller.ts';

/**
 * Has messages take a changed contract or block over before the caller gets a reply, so that no send crosses behind the reply.
 * The change itself is committed, and its event reaches every service in any case.
 *
 * @throws VestnikError `unavailable` when messages does not answer. The caller learns by a repetition when it does.
 */
export async function applyParting(
  { bus, logger }: { bus: Bus; logger: Logger },
  { requestId }: Caller,
  change: PartingChange,
): Promise<void> {
  try {
    await bus.request(messagesEndpoints.applyParting, { change, conversation_ids: [] }, { requestId });
  } catch (error) {
    logger.warn({ err: error, request_id: requestId }, 'messages learns of a contract or block by its event only');
    throw new VestnikError(
      'unavailable',
      'This is done, and is not known to be in force everywhere: repeat the request',
    );
  }
}
