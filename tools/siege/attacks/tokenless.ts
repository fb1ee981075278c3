import { connect } from 'node:net';
import { type Attack, repeat } from '../target.ts';

/** Connections that ask without a pause, and requests that each sends at once. */
const ASKING = 10;
const AT_ONCE = 20;
/** Addresses of silent connections. */
const ADDRESSES = 2;

/** Strangers ask without a token on a few connections, and open many connections from two addresses without a word. */
export const tokenless: Attack = {
  name: 'tokenless',
  title: 'strangers ask without a token, and open connections without a word',
  async run({ restUrl, socketUrl }, signal) {
    const request = 'GET /api/messenger/conversations HTTP/1.1\r\nHost: vestnik\r\n\r\n'.repeat(AT_ONCE);
    const open = (url: string, index: number) => {
      const { hostname, port } = new URL(url);
      const socket = connect({
        host: hostname,
        port: Number(port),
        localAddress: `127.0.0.${2 + (index % ADDRESSES)}`,
      });
      socket.on('error', () => undefined);
      signal.addEventListener('abort', () => socket.destroy(), { once: true });
      return socket;
    };
    const ask = (index: number) => {
      if (signal.aborted) return;
      const socket = open(restUrl, index);
      socket.on('connect', () => socket.write(request));
      socket.on('data', () => socket.write(request));
      socket.on('close', () => setTimeout(ask, 10, index));
    };
    for (let index = 0; index < ASKING; index += 1) ask(index);
    await repeat(signal, 100, (turn) => open(turn % 2 === 0 ? restUrl : socketUrl, turn));
  },
};
