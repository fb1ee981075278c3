import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Bus } from '@vestnik/bus';
import { type Conversation, encodeLive, eventFrame, liveSubjects } from '@vestnik/contracts';
import { connectTestBus, type System, startSystem, type TestClient, until } from '@vestnik/testing';

let system: System;
let bus: Bus;
let lastUser = 100;
beforeAll(async () => {
  system = await startSystem({ separateProcesses: ['messages'] });
  bus = await connectTestBus(system.servers.natsUrl);
});
afterAll(async () => {
  await bus.close();
  await system.stop();
});

interface Group {
  conversation: Conversation;
  owner: TestClient;
  member: TestClient;
  memberId: number;
}

/** A group of two connected users. In the database both stay in it. */
async function createGroup(): Promise<Group> {
  const [ownerId, memberId] = [(lastUser += 1), (lastUser += 1)];
  const [owner, member] = await Promise.all([system.connect(ownerId), system.connect(memberId)]);
  const body = { type: 'group', name: 'group', participantIds: [memberId] };
  const { data } = await (await system.rest(ownerId))('POST', '/conversations', body);
  const { conversation } = await member.next('conversation_created');
  return { conversation: { ...data.conversation, ...conversation }, owner, member, memberId };
}

/** Publishes to the member's gateway that the member joined or left, in a version so much later. */
function publish({ conversation, memberId }: Group, change: 'joined' | 'left', laterBy: number): void {
  const news = { change, conversation: { ...conversation, version: conversation.version + laterBy } };
  bus.publish(liveSubjects.membershipChanged(memberId), JSON.stringify(news));
}

/** Waits until the gateway has received everything that was published to the member so far. */
async function received({ member, memberId }: Group): Promise<void> {
  const before = member.events('resync').length;
  bus.publish(liveSubjects.messagesDeliveredTo(memberId), encodeLive({}, [eventFrame('resync', {})]));
  await until('the marker comes', () => member.events('resync').length > before);
}

/** Has the owner write several times, and waits until these messages would have reached the member too. */
async function write({ conversation, owner, member }: Group): Promise<void> {
  for (const content of ['one', 'two', 'three']) {
    const { message } = await owner.ask('send_message', { conversationId: conversation.id, content });
    await owner.next('new_message', (event) => event.message.id === message.id);
    await member.ask('sync', { conversations: [{ id: conversation.id, afterSeq: 0 }] });
  }
}

const membershipEventsOf = ({ member }: Group) =>
  member.frames
    .filter(
      ({ event }) => event === 'conversation_created' || event === 'conversation_removed' || event === 'new_message',
    )
    .map(({ event }) => event);

test('an older joining that arrives behind a newer leaving has no effect', async () => {
  const group = await createGroup();
  publish(group, 'left', 5);
  publish(group, 'joined', 4);
  await received(group);
  await write(group);
  expect(membershipEventsOf(group)).toEqual(['conversation_created', 'conversation_removed']);
});

test('a user who leaves again while the gateway brings the user in does not enter', async () => {
  const group = await createGroup();
  publish(group, 'left', 1);
  await received(group);
  const messages = system.processesOf('messages');
  for (const { child } of messages) child.kill('SIGSTOP');
  try {
    publish(group, 'joined', 2);
    publish(group, 'left', 3);
    await received(group);
  } finally {
    for (const { child } of messages) child.kill('SIGCONT');
  }
  await write(group);
  expect(membershipEventsOf(group)).toEqual(['conversation_created', 'conversation_removed']);
});

test('a gateway ends the subscriptions of users who have disconnected', async () => {
  const users = Array.from({ length: 50 }, () => (lastUser += 1));
  // Without a subscriber the bus answers at once. A subscriber does not answer.
  const isSubscribed = (userId: number) =>
    bus.connection
      .request(liveSubjects.messagesDeliveredTo(userId), encodeLive({}, []), { timeout: 200 })
      .then(() => true)
      .catch((error: Error) => error.name === 'TimeoutError');
  const clients = await Promise.all(users.map((userId) => system.connect(userId)));
  expect(await isSubscribed(users[0] ?? 0)).toBe(true);
  await Promise.all(clients.map((client) => client.close()));
  await until('all subscriptions have ended', async () => !(await Promise.all(users.map(isSubscribed))).includes(true));
});
