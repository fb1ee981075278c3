import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/** Ports from which none is lent to outgoing connections by the usual systems, so that a free one stays free. */
const FIRST_PORT = 10_000;
const PORTS = 20_000;
const ATTEMPTS = 50;

/**
 * Returns a TCP port on which nothing listens at this moment. It is chosen by chance, so that two processes that ask at the
 * same time get different ports.
 * @param host address on which it is free, 127.0.0.1 by default
 * @throws Error when hardly any port is free
 */
export async function freePort(host = '127.0.0.1'): Promise<number> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const port = FIRST_PORT + randomInt(PORTS);
    if (await isPortFree(port, host)) return port;
  }
  throw new Error(`no free port among ${ATTEMPTS} between ${FIRST_PORT} and ${FIRST_PORT + PORTS}`);
}

/**
 * Whether this process could listen on a port now.
 * @param host without it, every address of the machine
 * @throws the system's error when it is neither free nor taken, `EACCES` below 1024 for instance
 */
export function isPortFree(port: number, host?: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' ? resolve(false) : reject(error),
    );
    probe.listen({ port, host, exclusive: true }, () => probe.close(() => resolve(true)));
  });
}
