import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Bus, connectBus } from '@vestnik/bus';
import { type Conversation, encodeLive, eventFrame, liveSubjects } from '@vestnik/contracts';
import { createLogger } from '@vestnik/logging';
import { type System, startSystem, type TestClient, until } from '@vestnik/testing';

let system: System;
let bus: Bus;
let lastUser = 100;
beforeAll(async () => {
  system = await startSystem({ separateProcesses: true });
  bus = await connectBus({ servers: [system.servers.natsUrl], name: 'test', logger: createLogger('test', 'silent') });
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

/** A group of two who are connected; as the database has it, both stay in it. */
async function createGroup(): Promise<Group> {
  const [ownerId, memberId] = [(lastUser += 1), (lastUser += 1)];
  const [owner, member] = await Promise.all([system.connect(ownerId), system.connect(memberId)]);
  const body = { type: 'group', name: 'group', participantIds: [memberId] };
  const { data } = await (await system.rest(ownerId))('POST', '/conversations', body);
  const { conversation } = await member.next('conversation_created');
  return { conversation: { ...data.conversation, ...conversation }, owner, member, memberId };
}

/** Says to the member's gateway that the member came or left, as of a version so much later. */
function tell({ conversation, memberId }: Group, change: 'joined' | 'left', laterBy: number): void {
  const news = { change, conversation: { ...conversation, version: conversation.version + laterBy } };
  bus.publish(liveSubjects.membershipChanged(memberId), JSON.stringify(news));
}

/** Waits until the gateway has heard what was told the member so far. */
async function heard({ member, memberId }: Group): Promise<void> {
  const before = member.events('marker').length;
  bus.publish(liveSubjects.messagesDeliveredTo(memberId), encodeLive({}, [eventFrame('marker', {})]));
  await until('the marker comes', () => member.events('marker').length > before);
}

/** Has the owner write several times, and waits until what came of it would have reached the member too. */
async function write({ conversation, owner, member }: Group): Promise<void> {
  for (const content of ['one', 'two', 'three']) {
    const { message } = await owner.ask('send_message', { conversationId: conversation.id, content });
    await owner.next('new_message', (event) => event.message.id === message.id);
    await member.ask('sync', { conversations: [{ id: conversation.id, afterSeq: 0 }] });
  }
}

const toldOf = ({ member }: Group) =>
  member.frames
    .filter(
      ({ event }) => event === 'conversation_created' || event === 'conversation_removed' || event === 'new_message',
    )
    .map(({ event }) => event);

test('older news of a coming behind newer ones of a leaving let nobody in again', async () => {
  const group = await createGroup();
  tell(group, 'left', 5);
  tell(group, 'joined', 4);
  await heard(group);
  await write(group);
  expect(toldOf(group)).toEqual(['conversation_created', 'conversation_removed']);
});

test('who leaves again while they are being brought in does not come in', async () => {
  const group = await createGroup();
  tell(group, 'left', 1);
  await heard(group);
  const messages = system.processesOf('messages');
  for (const { child } of messages) child.kill('SIGSTOP');
  try {
    tell(group, 'joined', 2);
    tell(group, 'left', 3);
    await heard(group);
  } finally {
    for (const { child } of messages) child.kill('SIGCONT');
  }
  await write(group);
  expect(toldOf(group)).toEqual(['conversation_created', 'conversation_removed']);
});

test('a gateway hears nothing any more of users who have gone', async () => {
  const users = Array.from({ length: 50 }, () => (lastUser += 1));
  // Where nobody listens the server says so; who listens does not answer.
  const hears = (userId: number) =>
    bus.connection
      .request(liveSubjects.messagesDeliveredTo(userId), encodeLive({}, []), { timeout: 200 })
      .then(() => true)
      .catch((error: Error) => error.name === 'TimeoutError');
  const clients = await Promise.all(users.map((userId) => system.connect(userId)));
  expect(await hears(users[0] ?? 0)).toBe(true);
  await Promise.all(clients.map((client) => client.close()));
  await until('it listens to none', async () => !(await Promise.all(users.map(hears))).includes(true));
});
