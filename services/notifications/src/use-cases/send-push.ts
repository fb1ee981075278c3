import { EXCERPT_LENGTH, type Excerpt } from '@vestnik/contracts';
import type { Context } from '../context.ts';
import { isSlow } from '../domain/attempt-limits.ts';
import { invitationBody, type PushBody, pushBody } from '../domain/push-body.ts';
import { retryAfter } from '../domain/retry-schedule.ts';
import { webhookId } from '../domain/webhook-id.ts';
import type { Outcome } from '../providers/provider.ts';
import type { ClaimedPush } from '../store/claims.ts';
import { deleteDevices } from '../store/devices.ts';
import { markFailed, markForRetry, markPutOff, markSent, markSkipped, release } from '../store/outcomes.ts';
import type { SendablePush } from './claim-pushes.ts';

/**
 * Makes one attempt to push and records its outcome. Resolves with the seconds after which the push is due again;
 * undefined when it is finished. `signal` interrupts the attempt: any instance then makes it again.
 */
export async function sendPush(
  context: Context,
  { push, excerpt }: SendablePush,
  signal: AbortSignal,
): Promise<number | undefined> {
  const provider = context.providers[push.provider];
  if (!provider || push.target === null) throw new Error(`push ${push.id} was selected without a way to send it`);
  const body = bodyOf(push, excerpt);
  const startedAt = performance.now();
  const outcome = await provider.send(
    { id: webhookId(await context.installation(), push.id), target: push.target, secret: push.secret, body },
    signal,
  );
  return await record(context, push, outcome, isSlow(performance.now() - startedAt));
}

function bodyOf(push: ClaimedPush, excerpt: Excerpt | undefined): PushBody {
  if (!excerpt) return invitationBody(push.conversation_id);
  const shown = push.invited ? { ...excerpt, text: '' } : excerpt;
  return pushBody(push.conversation_id, shown, EXCERPT_LENGTH);
}

async function record(
  context: Context,
  push: ClaimedPush,
  outcome: Outcome,
  slow: boolean,
): Promise<number | undefined> {
  const { database, logger } = context;
  const about = { push_id: push.id, device_id: push.device_id, provider: push.provider, attempt: push.attempts + 1 };
  if (outcome.kind === 'sent') {
    await markSent(database, push, slow);
    context.count(push.provider, 'sent');
    logger.debug(about, 'push sent');
    return undefined;
  }
  if (outcome.kind === 'interrupted') {
    await release(database, [push], 0);
    return undefined;
  }
  if (outcome.kind === 'gone') {
    await dropDevice(context, push);
    context.count(push.provider, 'skipped');
    logger.info(about, 'device is gone');
    return undefined;
  }
  const again = outcome.kind === 'failed' ? retryAfter(push, outcome) : undefined;
  if (again === undefined) {
    await markFailed(database, push, outcome.reason);
    context.count(push.provider, 'failed');
    logger.warn({ ...about, reason: outcome.reason }, 'push given up');
    return undefined;
  }
  const mark = again.putOff ? markPutOff : markForRetry;
  await mark(database, push, outcome.reason, again.seconds);
  context.count(push.provider, 'retried');
  logger.info({ ...about, reason: outcome.reason, retry_in_seconds: again.seconds }, 'push will be tried again');
  return again.seconds;
}

/** The target may have been registered again during the attempt: then the answer was for the device as it was before. */
async function dropDevice({ database }: Context, push: ClaimedPush): Promise<void> {
  const { device_id: id, user_id, device_version } = push;
  const where = { id, user_id, ...(device_version !== null && { version: device_version }) };
  const deleted = await database.unitOfWork((em) => deleteDevices(em, where, 'device gone'));
  if (deleted === 0) await markSkipped(database, [{ push, reason: 'device gone' }]);
}
