import type { Verifier } from '@vestnik/auth';
import type { Bus } from '@vestnik/bus';
import type { ClientInput } from '@vestnik/contracts';
import type { Logger } from '@vestnik/logging';
import type { Metrics } from '@vestnik/ops';
import type { Config } from './config.ts';
import type { Admission } from './limits/admission.ts';
import type { ClientAddresses } from './limits/client-address.ts';
import type { RateLimits } from './limits/rate-limits.ts';
import type { ReadLimiter } from './limits/read-limiter.ts';
import type { CountRefusal } from './limits/refusals.ts';
import type { RefusedTokens } from './limits/refused-tokens.ts';
import type { SharedReads } from './limits/shared-reads.ts';
import type { SocketLimit } from './limits/socket-limit.ts';
import type { StrangerRequests } from './limits/stranger-requests.ts';
import type { UnauthenticatedConnections } from './limits/unauthenticated.ts';
import type { UnsentAnswers } from './limits/unsent-answers.ts';
import type { UserConnections } from './limits/user-connections.ts';
import type { Bindings } from './upstream/bindings.ts';
import type { ConversationTexts } from './upstream/conversation-texts.ts';
import type { Reader } from './upstream/reader.ts';
import type { Revocations } from './upstream/revocations.ts';
import type { Sender } from './upstream/sender.ts';
import type { TypingPublisher } from './upstream/typing-publisher.ts';
import type { ConnectedUsers } from './users/connected-users.ts';

/** The parts of the gateway that use cases, sessions and doors work with. `createContext` creates it once. */
export interface Context {
  config: Readonly<Config>;
  logger: Logger;
  metrics: Metrics;
  bus: Bus;
  /** Schemas of everything that a client may send. */
  input: ClientInput;
  /** Refuses revoked tokens, and tokens of another company than the user's, too. Throws VestnikError `unavailable` while the keys cannot be read. */
  verify: Verifier;
  /** The same, for the opening of a socket: `bindings.binding` may still refuse the user. */
  verifyOpening: Verifier;
  /** Returns false while there are no keys to verify tokens by, since the key set cannot be read. */
  hasKeys: () => boolean;
  revocations: Revocations;
  bindings: Bindings;
  clientAddresses: ClientAddresses;
  countRefusal: CountRefusal;
  rateLimits: RateLimits;
  refusedTokens: RefusedTokens;
  unauthenticated: UnauthenticatedConnections;
  strangerRequests: StrangerRequests;
  admission: Admission;
  socketLimit: SocketLimit;
  unsentAnswers: UnsentAnswers;
  userConnections: UserConnections;
  /** Sends every message from here to the messages service. */
  sender: Sender;
  /** Gathers the queries of many callers. */
  reader: Reader;
  /** Runs the costly queries. */
  readLimiter: ReadLimiter;
  /** The JSON of unread counts. */
  unreadCounts: SharedReads<Buffer>;
  /** The JSON of conversations, for lists. */
  texts: ConversationTexts;
  /** Publishes which users type where. */
  typing: TypingPublisher;
  connectedUsers: Pick<ConnectedUsers<never>, 'isInRoom' | 'counts' | 'rooms'>;
}
