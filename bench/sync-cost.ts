import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { connectBus, prepareBus, publishDurable } from '@vestnik/bus';
import { durableEvents } from '@vestnik/contracts';
import { createLogger } from '@vestnik/logging';
import { startNats } from '@vestnik/servers';

/** Events of one run: 20 a second for 20 s, as one instance of messages publishes at most. */
const EVENTS = 400;
const PACE_MS = 50;

/** Prints how long a durable event takes until its acknowledgement, with a sync before it and with one each 2 s. */
for (const syncInterval of ['2s', 'always']) {
  const times = (await measure(syncInterval)).toSorted((one, other) => one - other);
  const [p50, p99] = [0.5, 0.99].map((share) => times[Math.floor(EVENTS * share)]?.toFixed(2));
  process.stdout.write(`sync_interval ${syncInterval}: p50 ${p50} ms, p99 ${p99} ms\n`);
}

/** Publishes the events to a server of its own, and returns the milliseconds of each. */
async function measure(syncInterval: string): Promise<number[]> {
  const folder = await mkdtemp(join(tmpdir(), 'vestnik-sync-'));
  const logger = createLogger('sync-cost', 'silent');
  const nats = await startNats({ dataDir: folder, logFile: join(folder, 'nats.log'), syncInterval });
  try {
    await prepareBus({ ops: [nats.url], revoker: [nats.url] }, logger);
    const bus = await connectBus({ servers: [nats.url], name: 'sync-cost', logger });
    const times: number[] = [];
    for (let seq = 1; seq <= EVENTS; seq += 1) {
      const since = performance.now();
      const message = { message_id: seq, conversation_id: 1, seq, sender_id: 1, conversation_version: 1 };
      await publishDurable(bus, durableEvents.messagesStored, `event ${seq}`, { messages: [message] });
      times.push(performance.now() - since);
      await delay(PACE_MS);
    }
    await bus.close();
    return times;
  } finally {
    await nats.stop();
    await rm(folder, { recursive: true });
  }
}
