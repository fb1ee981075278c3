import { type Attack, callerOf, repeat, socketOf } from '../target.ts';

/** Bodies and frames just within the limits of bytes: deep, and of very many keys. */
const DEEP = `{"content":${'['.repeat(30_000)}${']'.repeat(30_000)}}`;
const WIDE = `{${Array.from({ length: 30_000 }, (_, index) => `"${index.toString(36)}":0`).join(',')}}`;

/** One user sends JSON that costs much to parse, by REST and by socket. */
export const heavyJson: Attack = {
  name: 'json',
  title: 'bodies and frames of deep and wide JSON',
  async run(target, signal) {
    const caller = await callerOf(target, target.firstUser);
    const socket = await socketOf(target, target.firstUser);
    const frame = `{"id":1,"event":"send_message","data":${WIDE.slice(0, 60_000)}`;
    await Promise.all([
      repeat(signal, 48, (turn) => caller('POST', '/conversations', turn % 2 === 0 ? DEEP : WIDE)),
      repeat(signal, 48, () => socket?.send(frame.replace(/,[^,]*$/, '}}'))),
    ]);
    await socket?.close();
  },
};
