import { connect } from 'node:net';
import { token } from '@vestnik/testing';
import { type Attack, callerOf, repeat } from '../target.ts';

/** Forty kilobytes of text; a page of a hundred is four megabytes. */
const LONG = '😀'.repeat(10_000);
const MESSAGES = 60;

/** One user asks for long answers on many connections, and reads none of them. */
export const unreadAnswers: Attack = {
  name: 'unread',
  title: 'asks for pages of megabytes and reads no answer',
  async run(target, signal) {
    const user = target.firstUser;
    const caller = await callerOf(target, user);
    const direct = await caller('POST', '/conversations', { participantId: user + 1 });
    const path = `/conversations/${direct?.conversation.id}/messages`;
    for (let index = 0; index < MESSAGES && !signal.aborted; index += 1) await caller('POST', path, { content: LONG });
    const { hostname, port } = new URL(target.restUrl);
    const request = `GET /api/messenger${path}?limit=100 HTTP/1.1\r\nHost: ${hostname}\r\nAuthorization: Bearer ${await token(user)}\r\n\r\n`;
    await repeat(signal, 20, () => {
      const socket = connect(Number(port), hostname, () => socket.write(request));
      socket.on('error', () => undefined).pause();
      signal.addEventListener('abort', () => socket.destroy(), { once: true });
    });
  },
};
