import type { TokenKeys } from '@vestnik/auth';
import { integer, limit, list, port, processSettings, readSettings, SettingError } from '@vestnik/config';
import type { ContentLimits } from '@vestnik/contracts';
import { z } from 'zod';

const settings = z.object({
  ...processSettings,
  PORT: port.default(3_000),
  WS_PORT: port.default(3_001),
  OPS_PORT: integer(0, 65_535).default(3_002),
  HOST: z.string().default('0.0.0.0'),
  JWT_SECRET: z.string().optional(),
  JWT_PUBLIC_KEY: z.string().optional(),
  JWKS_URL: z.url().optional(),
  FRONTEND_URL: list.default([]),
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
});

/** Every limit of the gateway; Infinity when switched off. */
export interface GatewayLimits extends ContentLimits {
  /** Bytes of one frame from a client. */
  frameBytes: number;
  /** Bytes of one REST body. */
  bodyBytes: number;
  framesPerSecond: number;
  framesBurst: number;
  requestsPerSecond: number;
  requestsBurst: number;
  /** Refused tokens of one address in a minute. */
  refusedTokensPerMinute: number;
}

/** The gateway's settings. */
export interface GatewayConfig {
  natsServers: string[];
  /** Where to die, in tests. */
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
  limits: GatewayLimits;
}

/**
 * Reads the gateway's settings from the environment.
 *
 * @throws SettingError naming what is missing or wrong.
 */
export function readConfig(env: NodeJS.ProcessEnv = process.env): Readonly<GatewayConfig> {
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
    }),
  });
}

/** Asymmetric keys take the place of the shared secret when they are given. */
function keysOf(values: z.output<typeof settings>): TokenKeys {
  if (values.JWT_PUBLIC_KEY && values.JWKS_URL) throw new SettingError('Set JWT_PUBLIC_KEY or JWKS_URL, not both.');
  if (values.JWKS_URL) return { jwksUrl: values.JWKS_URL };
  if (values.JWT_PUBLIC_KEY) return { publicKey: values.JWT_PUBLIC_KEY };
  if (!values.JWT_SECRET) throw new SettingError('JWT_SECRET is not set.');
  if (Buffer.byteLength(values.JWT_SECRET) < 32) throw new SettingError('JWT_SECRET must be at least 32 bytes.');
  return { secret: values.JWT_SECRET };
}
