import { createVerifier, KeyError, type TokenKeys, type Verifier } from '@vestnik/auth';
import type { Bus } from '@vestnik/bus';
import { SettingError } from '@vestnik/config';
import { createClientInput } from '@vestnik/contracts';
import { createCrashPoints } from '@vestnik/lifecycle';
import type { Logger } from '@vestnik/logging';
import type { Metrics } from '@vestnik/ops';
import type { Config } from './config.ts';
import type { Context } from './context.ts';
import { createAdmission } from './limits/admission.ts';
import { createRateLimits } from './limits/rate-limits.ts';
import { createReadLimiter } from './limits/read-limiter.ts';
import { createSocketLimit } from './limits/socket-limit.ts';
import { createUnauthenticatedConnections } from './limits/unauthenticated.ts';
import { createConversationTexts } from './upstream/conversation-texts.ts';
import { createReader } from './upstream/reader.ts';
import { followRevocations } from './upstream/revocations.ts';
import { createSender } from './upstream/sender.ts';

/** Characters of conversations' texts that are held in memory, at most. */
const TEXTS_LENGTH = 32_000_000;

/**
 * Creates the context of a gateway that is connected to the bus.
 *
 * @throws SettingError for a key that cannot be used; what `followRevocations` throws.
 */
export async function createContext(
  config: Readonly<Config>,
  logger: Logger,
  bus: Bus,
  metrics: Metrics,
): Promise<Context> {
  const revocations = await followRevocations(bus, logger, metrics);
  const crash = createCrashPoints(config.crashAt);
  const sentAway = metrics.counter('sent_away_total', 'Clients that were told to come again because too many came');
  return {
    config,
    logger,
    crash,
    metrics,
    bus,
    input: createClientInput(config.limits),
    verify: revocations.guard(createNamedVerifier(config.keys)),
    revocations,
    rateLimits: createRateLimits(config.limits),
    unauthenticated: createUnauthenticatedConnections(config.limits),
    admission: createAdmission(config.limits, () => sentAway.inc()),
    socketLimit: createSocketLimit(config.limits.socketsPerUser),
    sender: createSender(bus, crash),
    reader: createReader(bus),
    readLimiter: createReadLimiter(),
    texts: createConversationTexts(TEXTS_LENGTH),
  };
}

/** As `createVerifier`; a key that cannot be used is named by its setting. */
function createNamedVerifier(keys: TokenKeys): Verifier {
  try {
    return createVerifier(keys);
  } catch (error) {
    if (!(error instanceof KeyError)) throw error;
    throw new SettingError(`${'publicKey' in keys ? 'JWT_PUBLIC_KEY' : 'JWT_SECRET'} ${error.message}.`);
  }
}
