import { SECRET_BYTES, type TokenKeys } from '@vestnik/auth';
import { integer, limit, list, port, processSettings, readSettings, SettingError } from '@vestnik/config';
import type { ContentLimits } from '@vestnik/contracts';
import { z } from 'zod';
import type { AdmissionLimits } from './limits/admission.ts';
import type { Rates } from './limits/rate-limits.ts';
import type { UnauthenticatedLimits } from './limits/unauthenticated.ts';

/** Returns an origin as browsers write it (RFC 6454, 6.1); undefined for a text that is no origin. Apps have schemes of their own. */
function originOf(text: string): string | undefined {
  if (!URL.canParse(text)) return undefined;
  const { protocol, host, origin, href } = new URL(text);
  const said = origin === 'null' ? `${protocol}//${host}` : origin;
  return host !== '' && (href === said || href === `${said}/`) ? said : undefined;
}

const origins = list.transform((texts, issues) => {
  const found = texts.map(originOf);
  if (found.includes(undefined)) issues.addIssue('must be origins as https://app.example, separated by commas');
  return found.filter((origin) => origin !== undefined);
});

const settings = z.object({
  ...processSettings,
  PORT: port.default(3_000),
  WS_PORT: port.default(3_001),
  OPS_PORT: integer(0, 65_535).default(3_002),
  HOST: z.string().default('0.0.0.0'),
  JWT_SECRET: z.string().optional(),
  JWT_PUBLIC_KEY: z.string().optional(),
  JWKS_URL: z.url().optional(),
  FRONTEND_URL: origins.default([]),
  LIMIT_FRAME_BYTES: limit(65_536),
  LIMIT_BODY_BYTES: limit(262_144),
  LIMIT_CONTENT_LENGTH: limit(10_000),
  LIMIT_ATTACHMENTS: limit(10),
  LIMIT_GROUP_SIZE: limit(1_000),
  LIMIT_FRAMES_PER_SECOND: limit(50),
  LIMIT_FRAMES_BURST: limit(500),
  LIMIT_REQUESTS_PER_SECOND: limit(50),
  LIMIT_REQUESTS_BURST: limit(500),
  LIMIT_REFUSED_TOKENS_PER_MINUTE: limit(30),
  LIMIT_SOCKET_FRAMES_PER_SECOND: limit(0),
  LIMIT_SOCKET_FRAMES_BURST: limit(0),
  LIMIT_SOCKETS_PER_USER: limit(100),
  LIMIT_SYNC_CONVERSATIONS: limit(1_000),
  LIMIT_WATCHED_USERS: limit(1_000),
  LIMIT_BACKLOG_BYTES: limit(1_048_576),
  LIMIT_HEADERS_SECONDS: limit(10),
  LIMIT_REQUEST_SECONDS: limit(30),
  LIMIT_CONNECT_SECONDS: limit(10),
  LIMIT_UNAUTHENTICATED: limit(20_000),
  LIMIT_UNAUTHENTICATED_PER_ADDRESS: limit(10_000),
  LIMIT_OPENINGS: limit(256),
  LIMIT_OPENINGS_WAITING: limit(5_000),
  LIMIT_OPENING_WAIT_SECONDS: limit(3),
});

/** Every limit of the gateway; Infinity when switched off. */
export interface Limits extends ContentLimits, Rates, AdmissionLimits, UnauthenticatedLimits {
  /** Bytes of one frame from a client. */
  frameBytes: number;
  /** Bytes of one REST body. */
  bodyBytes: number;
  socketsPerUser: number;
  /** Bytes that may wait for one client. A client with more is too slow. */
  backlogBytes: number;
  /** Seconds that the headers of a REST request may take. */
  headersSeconds: number;
  /** Seconds that a whole REST request may take. */
  requestSeconds: number;
  /** Seconds within which a Socket.IO connection has to show its token. */
  connectSeconds: number;
}

/** The gateway's settings. */
export interface Config {
  natsServers: string[];
  /** The crash point at which this process dies, in tests. */
  crashAt: string | undefined;
  logLevel: z.output<typeof settings>['LOG_LEVEL'];
  host: string;
  /** REST. */
  port: number;
  /** Sockets. */
  socketPort: number;
  opsHost: string;
  opsPort: number;
  keys: TokenKeys;
  /** Origins that CORS allows. */
  origins: string[];
  limits: Limits;
}

/**
 * Reads the gateway's settings from the environment.
 *
 * @throws SettingError naming the setting that is missing or wrong.
 */
export function readConfig(env: NodeJS.ProcessEnv = process.env): Readonly<Config> {
  const values = readSettings(settings, env);
  return Object.freeze({
    natsServers: values.NATS_URL,
    crashAt: values.VESTNIK_CRASH_AT,
    logLevel: values.LOG_LEVEL,
    host: values.HOST,
    port: values.PORT,
    socketPort: values.WS_PORT,
    opsHost: values.OPS_HOST,
    opsPort: values.OPS_PORT,
    keys: keysOf(values),
    origins: values.FRONTEND_URL,
    limits: Object.freeze({
      frameBytes: values.LIMIT_FRAME_BYTES,
      bodyBytes: values.LIMIT_BODY_BYTES,
      contentLength: values.LIMIT_CONTENT_LENGTH,
      attachments: values.LIMIT_ATTACHMENTS,
      groupSize: values.LIMIT_GROUP_SIZE,
      framesPerSecond: values.LIMIT_FRAMES_PER_SECOND,
      framesBurst: values.LIMIT_FRAMES_BURST,
      requestsPerSecond: values.LIMIT_REQUESTS_PER_SECOND,
      requestsBurst: values.LIMIT_REQUESTS_BURST,
      refusedTokensPerMinute: values.LIMIT_REFUSED_TOKENS_PER_MINUTE,
      socketFramesPerSecond: values.LIMIT_SOCKET_FRAMES_PER_SECOND,
      socketFramesBurst: values.LIMIT_SOCKET_FRAMES_BURST,
      socketsPerUser: values.LIMIT_SOCKETS_PER_USER,
      syncConversations: values.LIMIT_SYNC_CONVERSATIONS,
      watchedUsers: values.LIMIT_WATCHED_USERS,
      backlogBytes: values.LIMIT_BACKLOG_BYTES,
      headersSeconds: values.LIMIT_HEADERS_SECONDS,
      requestSeconds: values.LIMIT_REQUEST_SECONDS,
      connectSeconds: values.LIMIT_CONNECT_SECONDS,
      unauthenticated: values.LIMIT_UNAUTHENTICATED,
      unauthenticatedPerAddress: values.LIMIT_UNAUTHENTICATED_PER_ADDRESS,
      openings: values.LIMIT_OPENINGS,
      openingsWaiting: values.LIMIT_OPENINGS_WAITING,
      openingWaitSeconds: values.LIMIT_OPENING_WAIT_SECONDS,
    }),
  });
}

/** Returns the keys of tokens. Public keys replace the shared secret where they are given. */
function keysOf(values: z.output<typeof settings>): TokenKeys {
  if (values.JWT_PUBLIC_KEY && values.JWKS_URL) throw new SettingError('Set JWT_PUBLIC_KEY or JWKS_URL, not both.');
  if (values.JWKS_URL) return { jwksUrl: values.JWKS_URL };
  if (values.JWT_PUBLIC_KEY) return { publicKey: values.JWT_PUBLIC_KEY };
  if (!values.JWT_SECRET) throw new SettingError('JWT_SECRET is not set.');
  if (Buffer.byteLength(values.JWT_SECRET) < SECRET_BYTES) {
    throw new SettingError(`JWT_SECRET must be at least ${SECRET_BYTES} bytes.`);
  }
  return { secret: values.JWT_SECRET };
}
