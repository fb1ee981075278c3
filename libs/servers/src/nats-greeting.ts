import { connect } from 'node:net';
import { ServerError } from './errors.ts';

/** The facts that a nats-server sends about itself to every client that connects. */
export type NatsGreeting = { jetstream?: boolean; version?: string };

const DEFAULT_PORT = 4222;

/** Reads the greeting of a nats-server; undefined when nothing answers there, or something that is no nats-server. */
export function natsGreeting(host: string, port: number, withinMs = 2000): Promise<NatsGreeting | undefined> {
  return new Promise((resolve) => {
    let received = '';
    const socket = connect({ port, host, timeout: withinMs });
    const answer = (greeting?: NatsGreeting) => {
      socket.destroy();
      resolve(greeting);
    };
    socket.setEncoding('utf8');
    socket.on('error', () => answer());
    socket.on('timeout', () => answer());
    socket.on('close', () => answer());
    socket.on('data', (part: string) => {
      received += part;
      if (!received.includes('\r\n')) return;
      answer(
        received.startsWith('INFO {')
          ? (JSON.parse(received.slice(5, received.indexOf('\r\n'))) as NatsGreeting)
          : undefined,
      );
    });
  });
}

/**
 * Makes sure that at least one of the servers answers and has JetStream.
 * @param servers addresses as in NATS_URL: `nats://host:port`, `host:port` or `host`
 * @throws ServerError in one line when none does
 */
export async function checkNats(servers: string[]): Promise<void> {
  const greetings = await Promise.all(
    servers.map((server) => {
      const address = server.includes('://') ? server : `nats://${server}`;
      if (!URL.canParse(address))
        throw new ServerError(`NATS_URL: "${server}" is not an address like nats://host:4222`);
      const url = new URL(address);
      return natsGreeting(url.hostname.replace(/^\[|\]$/g, ''), Number(url.port) || DEFAULT_PORT, 5000);
    }),
  );
  const reached = greetings.filter((greeting) => greeting !== undefined);
  if (reached.length === 0) {
    throw new ServerError(
      `no NATS server answers at ${servers.join(', ')} (NATS_URL): start one there, or unset NATS_URL`,
    );
  }
  if (!reached.some((greeting) => greeting.jetstream)) {
    throw new ServerError(`the NATS server at ${servers.join(', ')} runs without JetStream: start it with --jetstream`);
  }
}
