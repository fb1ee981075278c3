import type { Verifier } from '@vestnik/auth';
import type { Bus } from '@vestnik/bus';
import type { ClientInput } from '@vestnik/contracts';
import type { CrashPoints } from '@vestnik/lifecycle';
import type { Logger } from '@vestnik/logging';
import type { Metrics } from '@vestnik/ops';
import type { Config } from './config.ts';
import type { Admission } from './limits/admission.ts';
import type { RateLimits } from './limits/rate-limits.ts';
import type { ReadLimiter } from './limits/read-limiter.ts';
import type { SocketLimit } from './limits/socket-limit.ts';
import type { UnauthenticatedConnections } from './limits/unauthenticated.ts';
import type { ConversationTexts } from './upstream/conversation-texts.ts';
import type { Reader } from './upstream/reader.ts';
import type { Revocations } from './upstream/revocations.ts';
import type { Sender } from './upstream/sender.ts';

/** What every door and use case of the gateway works with; created once, by `createContext`. */
export interface Context {
  config: Readonly<Config>;
  logger: Logger;
  crash: CrashPoints;
  metrics: Metrics;
  bus: Bus;
  /** Schemas of everything that a client may send. */
  input: ClientInput;
  /** Refuses what was revoked too. */
  verify: Verifier;
  revocations: Revocations;
  rateLimits: RateLimits;
  unauthenticated: UnauthenticatedConnections;
  admission: Admission;
  socketLimit: SocketLimit;
  /** The way of every message from here to the messages service. */
  sender: Sender;
  /** The way of reads that many callers make at once. */
  reader: Reader;
  /** Runs the costly queries. */
  readLimiter: ReadLimiter;
  /** What conversation lists show of conversations. */
  texts: ConversationTexts;
}

/** Who acts, through which door. */
export interface Caller {
  userId: number;
  /** Correlation id of this frame or request. */
  requestId: string;
  /** The socket that acts; undefined for REST. */
  sessionId: string | undefined;
}
