import { errors, type NatsConnection } from '@nats-io/transport-node';
import { VestnikError } from '@vestnik/contracts';

/** The oldest nats-server that the bus supports: `readStream` gets messages in batches, which came with 2.11. */
const LEAST_VERSION = [2, 11] as const;

/** Bytes of one message at least: requests and answers hold many messages (`max_payload` of nats-server). */
const LEAST_PAYLOAD = 8 * 1_048_576;

/**
 * Checks what a server says about itself when the connection opens.
 *
 * @throws VestnikError `invalid` in one line when the server is too old, carries too small messages, or has no JetStream.
 */
export function checkServer({ info }: NatsConnection): void {
  if (!info) return;
  const { version, max_payload: maxPayload, jetstream, cluster } = info;
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [leastMajor, leastMinor] = LEAST_VERSION;
  if (major < leastMajor || (major === leastMajor && minor < leastMinor)) {
    throw unfit(`the server is nats-server ${version}; Vestnik needs ${LEAST_VERSION.join('.')} or later`);
  }
  if (maxPayload < LEAST_PAYLOAD) {
    throw unfit(
      `the server carries messages of ${maxPayload} bytes at most: set max_payload: 8MB in its configuration`,
    );
  }
  // In a cluster, other servers may have JetStream.
  if (jetstream !== true && cluster === undefined)
    throw unfit('the server has no JetStream: start it with --jetstream');
}

/** Returns the refusal of a connection that could not be opened. */
export function explainConnect(cause: unknown, servers: readonly string[]): VestnikError {
  const where = servers.join(', ');
  // A process without a processor sends its password too late. That passes, and says nothing of the password.
  if (cause instanceof errors.AuthorizationError && /authentication timeout/i.test(cause.message)) {
    return new VestnikError('unavailable', `NATS_URL: the server at ${where} got user and password too late`, {
      cause,
    });
  }
  if (cause instanceof errors.AuthorizationError) {
    return new VestnikError('unauthorized', `NATS_URL: the server at ${where} refuses this user or password`, {
      cause,
    });
  }
  const reason = tlsFault(cause);
  if (reason !== undefined) return unfit(`no TLS with the server at ${where} (${reason})`, cause);
  return new VestnikError('unavailable', `NATS_URL: no server answers at ${where}`, { cause });
}

const TLS_CODE = /^(ERR_TLS_|ERR_SSL_|CERT_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|HOSTNAME_MISMATCH|INVALID_CA)/;

/** Returns what is wrong with TLS; undefined for every other fault. NATS's client wraps the fault in its own errors. */
function tlsFault(error: unknown): string | undefined {
  const { code = '', message = '', cause } = (error ?? {}) as { code?: string; message?: string; cause?: unknown };
  if (TLS_CODE.test(code) || /does not support 'tls'|certificate/.test(message)) return message;
  return cause === undefined ? undefined : tlsFault(cause);
}

function unfit(reason: string, cause?: unknown): VestnikError {
  return new VestnikError('invalid', `NATS_URL: ${reason}`, { cause });
}
