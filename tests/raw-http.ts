import { connect } from 'node:net';

/** The answer to bytes that were written as they are. */
export interface RawAnswer {
  /** The status of each answer, in their order. */
  statuses: number[];
  text: string;
}

/** Writes bytes to a port, as no HTTP client would let one, and reads until the server closes or is silent. */
export function rawHttp(url: string, bytes: string | Buffer, silenceMs = 400): Promise<RawAnswer> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname);
    let text = '';
    const end = () => {
      socket.destroy();
      const statuses = [...text.matchAll(/^HTTP\/1\.1 (\d{3})/gm)].map((match) => Number(match[1]));
      resolve({ statuses, text });
    };
    socket.setTimeout(silenceMs, end);
    socket.on('data', (chunk) => (text += chunk.toString('latin1')));
    socket.on('error', end);
    socket.on('close', end);
    socket.write(bytes);
  });
}
