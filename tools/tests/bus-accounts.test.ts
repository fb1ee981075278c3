import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import {
  accountOfStream,
  addressesFor,
  connectBus,
  passwordEnvironment,
  prepareBus,
  publishDurable,
  publishRevocation,
  readStream,
  usersConfiguration,
} from '@vestnik/bus';
import { BUS_USERS, durableEvents, forEachName, revocationSubject, type Stream, streams } from '@vestnik/contracts';
import { createLogger } from '@vestnik/logging';
import { type NatsUsers, startNats } from '@vestnik/servers';

const logger = createLogger('tests', 'silent');
const users: NatsUsers = {
  configuration: usersConfiguration(),
  environment: passwordEnvironment(forEachName(BUS_USERS, (user) => user)),
  accountOf: accountOfStream,
};

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vestnik-accounts-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const start = (of?: NatsUsers) =>
  startNats({ dataDir: join(folder, 'nats'), logFile: join(folder, 'nats.log'), users: of });

test('events and revocations of a server without accounts are there when it has accounts', async () => {
  const before = await start();
  await prepareBus({ ops: [before.url], revoker: [before.url] }, logger);
  const old = await connectBus({ servers: [before.url], name: 'old', logger });
  await publishDurable(old, durableEvents.messagesStored, 'one', { messages: [] });
  await publishRevocation(old, { userId: 7 }, new Date());
  await old.close();
  await before.stop();

  const after = await start(users);
  const as = (user: string) => addressesFor([after.url], user, user);
  try {
    await prepareBus({ ops: as('ops'), revoker: as('revoker') }, logger);
    const gateway = await connectBus({ servers: as('gateway'), user: 'gateway', name: 'gateway', logger });
    const revoked: string[] = [];
    await readStream(gateway, streams.revocations, 1, ({ subject }) => revoked.push(subject));
    await gateway.close();
    expect(revoked).toEqual([revocationSubject({ userId: 7 })]);
    const ops = await connectBus({ servers: as('ops'), user: 'ops', name: 'ops', logger });
    const messages: Stream = streams.messages;
    const kept: string[] = [];
    await readStream(ops, messages, 1, ({ subject }) => kept.push(subject));
    await ops.close();
    expect(kept).toEqual([durableEvents.messagesStored.subject]);
  } finally {
    await after.stop();
  }
});
