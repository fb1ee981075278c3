import { createVerifier, KeyError, type KeyedVerifier, type TokenKeys } from '@vestnik/auth';
import { SettingError } from '@vestnik/config';
import { createClientInput } from '@vestnik/contracts';
import type { Config } from './config.ts';
import type { Context } from './context.ts';
import { createAdmission } from './limits/admission.ts';
import { createClientAddresses } from './limits/client-address.ts';
import { createRateLimits } from './limits/rate-limits.ts';
import { createReadLimiter } from './limits/read-limiter.ts';
import { createRefusalCounter } from './limits/refusals.ts';
import { createRefusedTokens } from './limits/refused-tokens.ts';
import { createSharedReads } from './limits/shared-reads.ts';
import { createSocketLimit } from './limits/socket-limit.ts';
import { createStrangerRequests } from './limits/stranger-requests.ts';
import { createUnauthenticatedConnections } from './limits/unauthenticated.ts';
import { createUnsentAnswers } from './limits/unsent-answers.ts';
import { createUserConnections } from './limits/user-connections.ts';
import { createBindings } from './upstream/bindings.ts';
import { createConversationTexts } from './upstream/conversation-texts.ts';
import { followRevocations } from './upstream/revocations.ts';
import { createSender } from './upstream/sender.ts';
import { createTypingPublisher } from './upstream/typing-publisher.ts';

/** The most characters of conversations' texts that stay in memory. */
const TEXTS_LENGTH = 32_000_000;

/** The parts of a context that also others work with. */
type SharedParts = Pick<Context, 'config' | 'logger' | 'metrics' | 'bus' | 'reader' | 'connectedUsers'>;

/**
 * Creates the context of a gateway that is connected to the bus.
 *
 * @throws SettingError for a key that cannot be used; what `followRevocations` throws.
 */
export async function createContext(shared: SharedParts): Promise<Context> {
  const { config, logger, bus, metrics } = shared;
  const verifier = createNamedVerifier(config);
  const revocations = await followRevocations(bus, logger, metrics);
  const guarded = revocations.guard(verifier);
  const bindings = createBindings(shared, { unboundMayPass: !('issuers' in config.keys) });
  const refused = metrics.counter('sent_away_total', 'Clients that were refused because too many came at once');
  const countRefusal = createRefusalCounter(metrics, logger);
  return {
    ...shared,
    input: createClientInput(config.limits),
    verify: bindings.guard(guarded),
    verifyOpening: bindings.guardOpenings(guarded),
    hasKeys: verifier.hasKeys,
    revocations,
    bindings,
    clientAddresses: createClientAddresses(config.trustedProxies),
    countRefusal,
    rateLimits: createRateLimits(config.limits),
    refusedTokens: createRefusedTokens(config.limits.refusedTokensPerMinute, countRefusal),
    unauthenticated: createUnauthenticatedConnections(config.limits, countRefusal),
    strangerRequests: createStrangerRequests(config.limits),
    admission: createAdmission(config.limits, () => {
      refused.inc();
      countRefusal('openings');
    }),
    socketLimit: createSocketLimit(config.limits.socketsPerUser, countRefusal),
    unsentAnswers: createUnsentAnswers(config.limits, countRefusal),
    userConnections: createUserConnections(config.limits.connectionsPerUser, countRefusal),
    sender: createSender(bus),
    readLimiter: createReadLimiter(countRefusal),
    unreadCounts: createSharedReads(),
    typing: createTypingPublisher(bus, shared.connectedUsers.isInRoom),
    texts: createConversationTexts(TEXTS_LENGTH),
  };
}

/** Creates a verifier. The error for a key that cannot be used names its setting. */
function createNamedVerifier({ keys, tokenMaxSeconds, tokenAudience }: Config): KeyedVerifier {
  try {
    return createVerifier(keys, { maxSeconds: tokenMaxSeconds, audience: tokenAudience });
  } catch (error) {
    if (!(error instanceof KeyError)) throw error;
    throw new SettingError(`${settingOf(keys)} ${error.message}.`);
  }
}

/** Returns the setting that keys come from. */
function settingOf(keys: TokenKeys): string {
  if ('issuers' in keys) return 'TRUSTED_ISSUERS: a key';
  if ('publicKey' in keys) return 'JWT_PUBLIC_KEY';
  return 'jwksUrl' in keys ? 'JWKS_URL' : 'JWT_SECRET';
}
