import { SECRET_BYTES, type TokenKeys } from '@vestnik/auth';
import {
  type ConfigOf,
  describeSettings,
  flag,
  limit,
  list,
  port,
  portOrNone,
  processSettings,
  SettingError,
  setting,
  text,
} from '@vestnik/config';
import { z } from 'zod';
import { parseNetwork } from './limits/client-address.ts';
import { readTrustedIssuers } from './trusted-issuers.ts';

/** An origin as browsers write it (RFC 6454, 6.1); undefined for what no browser writes. Apps have schemes of their own. */
function originOf(given: string): string | undefined {
  if (!URL.canParse(given)) return undefined;
  const { protocol, host, origin, href } = new URL(given);
  const written = origin === 'null' ? `${protocol}//${host}` : origin;
  return host !== '' && (href === written || href === `${written}/`) ? written : undefined;
}

const origins = list
  .transform((texts, issues) => {
    const found = texts.map(originOf);
    if (found.includes(undefined)) issues.addIssue('must be origins as https://app.example, separated by commas');
    return found.filter((origin) => origin !== undefined);
  })
  .describe('origins, separated by commas');

const networks = list
  .transform((texts, issues) => {
    const found = texts.map(parseNetwork);
    if (found.includes(undefined)) issues.addIssue('must be addresses and networks as 10.0.0.0/8, separated by commas');
    return found.filter((network) => network !== undefined);
  })
  .describe('addresses and networks (CIDR), separated by commas');

function limitOf(env: string, standard: number, doc: string) {
  return setting({ env, doc, format: limit, default: standard });
}

const limits = {
  frameBytes: limitOf('LIMIT_FRAME_BYTES', 65_536, 'Bytes of a frame from a client'),
  bodyBytes: limitOf('LIMIT_BODY_BYTES', 262_144, 'Bytes of a REST body'),
  jsonDepth: limitOf(
    'LIMIT_JSON_DEPTH',
    32,
    'Objects and arrays inside one another in a frame or a body; then `too_large`',
  ),
  jsonValues: limitOf(
    'LIMIT_JSON_VALUES',
    20_000,
    'Values in a frame or a body, those inside others counted too; then `too_large`',
  ),
  contentLength: limitOf('LIMIT_CONTENT_LENGTH', 10_000, 'Code points of a message'),
  attachments: limitOf('LIMIT_ATTACHMENTS', 10, 'Attachments of a message'),
  groupSize: limitOf('LIMIT_GROUP_SIZE', 1_000, 'Participants of a group'),
  framesPerSecond: limitOf(
    'LIMIT_FRAMES_PER_SECOND',
    50,
    'Frames of a user on one gateway in a second; as one more count each further 4 KiB of a frame, and each 50 users or conversations that it names',
  ),
  framesBurst: limitOf('LIMIT_FRAMES_BURST', 500, 'Frames that a user may send at once'),
  requestsPerSecond: limitOf(
    'LIMIT_REQUESTS_PER_SECOND',
    50,
    'REST requests of a user on one gateway in a second. As one more count each further 4 KiB of a body, and each 50 users or conversations that it names',
  ),
  requestsBurst: limitOf('LIMIT_REQUESTS_BURST', 500, 'REST requests that a user may make at once'),
  refusedTokensPerMinute: limitOf(
    'LIMIT_REFUSED_TOKENS_PER_MINUTE',
    30,
    'Refused tokens of an address in a minute, and of one user by `refresh_token`; then 429',
  ),
  socketFramesPerSecond: limitOf(
    'LIMIT_SOCKET_FRAMES_PER_SECOND',
    0,
    'Frames of one socket in a second, beside the limit of its user',
  ),
  socketFramesBurst: limitOf('LIMIT_SOCKET_FRAMES_BURST', 0, 'Frames that one socket may send at once'),
  socketsPerUser: limitOf('LIMIT_SOCKETS_PER_USER', 100, 'Sockets of a user on one gateway; then 429'),
  syncConversations: limitOf('LIMIT_SYNC_CONVERSATIONS', 1_000, 'Conversations of one `sync`; never more than 1,000'),
  watchedUsers: limitOf(
    'LIMIT_WATCHED_USERS',
    1_000,
    'Users of one `watch_presence` or `GET /presence`; never more than 1,000',
  ),
  backlogBytes: limitOf(
    'LIMIT_BACKLOG_BYTES',
    1_048_576,
    'Bytes that wait for a slow reader. Then the socket gets no live events until its client has read, and `resync` behind them. Beyond a quarter of it each sender has a budget for the socket. At 16 times as much the gateway cuts the socket off',
  ),
  backlogBytesPerUser: limitOf(
    'LIMIT_BACKLOG_BYTES_PER_USER',
    8_388_608,
    'Bytes that wait for one user who reads slowly, on all sockets of a gateway (then no live events), and on all REST connections (then 429)',
  ),
  lagSeconds: limitOf(
    'LIMIT_LAG_SECONDS',
    60,
    'Seconds that a slow reader may go without live events; then 4408. A client that reads nothing has 10 s',
  ),
  answerSeconds: limitOf(
    'LIMIT_ANSWER_SECONDS',
    30,
    'Seconds that a client may take to read a REST answer; then the gateway cuts the connection',
  ),
  connectionsPerUser: limitOf(
    'LIMIT_CONNECTIONS_PER_USER',
    1_000,
    'REST connections of a user on one gateway; then 429',
  ),
  headersSeconds: limitOf('LIMIT_HEADERS_SECONDS', 10, 'Seconds that the headers of a REST request may take; then 408'),
  requestSeconds: limitOf('LIMIT_REQUEST_SECONDS', 30, 'Seconds that a whole REST request may take; then 408'),
  connectSeconds: limitOf('LIMIT_CONNECT_SECONDS', 10, 'Seconds in which a Socket.IO connection must show its token'),
  unauthenticated: limitOf(
    'LIMIT_UNAUTHENTICATED',
    20_000,
    'Connections to one gateway that have shown no token yet. Beyond it the gateway closes those that have been silent for longest, after 2 s at the earliest',
  ),
  unauthenticatedPerAddress: limitOf(
    'LIMIT_UNAUTHENTICATED_PER_ADDRESS',
    10_000,
    'The same for the connections of one address',
  ),
  strangerRequestsPerSecond: limitOf(
    'LIMIT_STRANGER_REQUESTS_PER_SECOND',
    200,
    'REST requests without a good token of one address in a second. Further ones wait for up to 2 s, and then get 429. Health, preflights, and Socket.IO connections that show no good token have the same rate beside it',
  ),
  strangerRequestsBurst: limitOf(
    'LIMIT_STRANGER_REQUESTS_BURST',
    200,
    'REST requests without a good token that one address may make at once',
  ),
  openings: limitOf(
    'LIMIT_OPENINGS',
    256,
    'Sessions that open at once on one gateway at the very most; the gateway adapts the number to what the services bear',
  ),
  openingsWaiting: limitOf(
    'LIMIT_OPENINGS_WAITING',
    5_000,
    'Sessions that wait for an admission slot; then 503 with `Retry-After`',
  ),
  openingWaitSeconds: limitOf(
    'LIMIT_OPENING_WAIT_SECONDS',
    3,
    'Seconds that a session waits for an admission slot; then 1012',
  ),
};

const shape = {
  ...processSettings,
  port: setting({ env: 'PORT', doc: 'Port of REST and health', format: port, default: 3_000 }),
  socketPort: setting({
    env: 'WS_PORT',
    doc: 'Port of sockets: native at `/ws`, Socket.IO at `/socket.io/`',
    format: port,
    default: 3_001,
  }),
  opsPort: setting({ env: 'OPS_PORT', doc: 'Port of metrics', format: portOrNone, default: 3_002 }),
  host: setting({ env: 'HOST', doc: 'Address that the public ports listen on', format: text, default: '0.0.0.0' }),
  jwtSecret: setting({
    env: 'JWT_SECRET',
    doc: `HS256 key of at least ${SECRET_BYTES} bytes; required without \`JWT_PUBLIC_KEY\` or \`JWKS_URL\``,
    format: text,
  }),
  jwtPublicKey: setting({
    env: 'JWT_PUBLIC_KEY',
    doc: 'PEM key in place of the secret: RSA of at least 2,048 bits (RS256), P-256 (ES256) or Ed25519 (EdDSA)',
    format: text,
  }),
  jwksUrl: setting({
    env: 'JWKS_URL',
    doc: 'Address of a key set in place of the secret: https, or http on this machine',
    format: z.url().describe('URL'),
  }),
  trustedIssuers: setting({
    env: 'TRUSTED_ISSUERS',
    doc: 'Path of a JSON file with the issuers of tokens, in place of the other keys: `[{"issuer", "jwksUrl" or "publicKey", "companies": [ids] or "*", "audience"}]`',
    format: text,
  }),
  tokenAudience: setting({ env: 'TOKEN_AUDIENCE', doc: 'The `aud` that a token has to name', format: text }),
  tokenMaxSeconds: setting({
    env: 'TOKEN_MAX_SECONDS',
    doc: 'How far ahead of now `exp` of a token may lie, in seconds. A revocation of a user refuses tokens without `iat` for as long',
    format: limit,
    default: 2_678_400,
  }),
  origins: setting({
    env: 'FRONTEND_URL',
    doc: 'Origins that CORS allows, that may open WebSockets, and that may frame the pages',
    format: origins,
    default: '',
  }),
  trustedProxies: setting({
    env: 'TRUSTED_PROXIES',
    doc: 'Proxies whose `X-Forwarded-For` the gateway believes, on both ports',
    format: networks,
    default: '',
  }),
  pushIdleSeconds: setting({
    env: 'PUSH_IDLE_SECONDS',
    doc: 'Seconds without an event after which a socket is idle and holds no pushes back; 0: an open socket always does',
    format: limit,
    default: 300,
  }),
  demo: setting({
    env: 'DEMO',
    doc: '1: the web messenger offers to sign in as one of six demo people. Anybody who reaches the page may; needs `JWT_SECRET`',
    format: flag,
    default: 0,
  }),
  webFiles: setting({
    env: 'WEB_FILES',
    doc: 'Folder of the built web messenger, absolute or in the repository',
    format: text.describe('folder'),
    default: 'clients/web/dist',
  }),
  limits,
};

/** The settings of the gateway, described. */
export const settings = describeSettings(shape);

/** Every limit of the gateway; Infinity where a limit is off. */
export type Limits = ConfigOf<typeof limits>;

/** The settings of the gateway. */
export interface Config
  extends Omit<ConfigOf<typeof shape>, 'jwtSecret' | 'jwtPublicKey' | 'jwksUrl' | 'trustedIssuers'> {
  /** Where the keys of tokens come from. */
  readonly keys: TokenKeys;
}

/**
 * Reads the settings of the gateway from the environment.
 *
 * @throws SettingError naming what is missing or wrong.
 */
export function readConfig(env: NodeJS.ProcessEnv = process.env): Config {
  const { jwtSecret, jwtPublicKey, jwksUrl, trustedIssuers, ...config } = settings.read(env);
  const keys = trustedIssuers
    ? { issuers: readTrustedIssuers(trustedIssuers) }
    : keysOf(jwtSecret, jwtPublicKey, jwksUrl);
  if (config.demo && !('secret' in keys)) throw new SettingError('DEMO needs JWT_SECRET, and no other key.');
  return Object.freeze({ ...config, keys });
}

/** Asymmetric keys take the place of the shared secret when they are given. */
function keysOf(secret: string | undefined, publicKey: string | undefined, jwksUrl: string | undefined): TokenKeys {
  if (publicKey && jwksUrl) throw new SettingError('Set JWT_PUBLIC_KEY or JWKS_URL, not both.');
  if (jwksUrl) return { jwksUrl };
  if (publicKey) return { publicKey };
  if (!secret) throw new SettingError('JWT_SECRET is not set.');
  if (Buffer.byteLength(secret) < SECRET_BYTES) {
    throw new SettingError(`JWT_SECRET must be at least ${SECRET_BYTES} bytes.`);
  }
  return { secret };
}
