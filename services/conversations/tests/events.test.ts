import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type Consumption, consume, ensureStream } from '@vestnik/bus';
import {
  type Conversation,
  decodeLive,
  durableEvents,
  conversationsEndpoints as endpoints,
  liveSubjects,
  type MembershipChanged,
  streams,
} from '@vestnik/contracts';
import { statement } from '@vestnik/database';
import { patiently, until } from '@vestnik/testing';
import { prepareService, type ServiceUnderTest } from './service-under-test.ts';

let service: ServiceUnderTest;
let consumption: Consumption;
let durable: Conversation[];

beforeEach(async () => {
  service = await prepareService();
  durable = [];
  consumption = consume({
    bus: service.bus,
    logger: service.logger,
    event: durableEvents.conversationChanged,
    service: 'messages',
    onSetAside: () => undefined,
    durable: 'test',
    async handle({ conversation }) {
      durable.push(conversation);
    },
  });
});
afterEach(async () => {
  await consumption.stop();
  await service.stop();
});

const versions = (id: number) => durable.filter((event) => event.id === id).map((event) => event.version);

/** Resolves when every event that was ever committed is on the stream and has been taken from it. */
async function settled(total: number): Promise<void> {
  await until(`${total} events are there`, () => durable.length >= total);
  const waiting = () => service.sql<{ rows: number }>('select count(*) as rows from conversations.outbox');
  await until('the outbox is empty', async () => (await waiting())[0]?.rows === 0);
  const stream = await (await service.bus.manager()).streams.info(durableEvents.conversationChanged.stream);
  expect(stream.state.messages).toBe(total);
}

/** Collects what arrives live for users and conversations, in the order of arrival. */
async function listen(userIds: number[], conversationIds: number[]) {
  const heard: string[] = [];
  const states: Conversation[] = [];
  for (const userId of userIds) {
    service.bus.subscribe(liveSubjects.membershipChanged(userId), (payload) => {
      const { change, conversation } = JSON.parse(Buffer.from(payload).toString()) as MembershipChanged;
      heard.push(`${userId} ${change} ${conversation.id} v${conversation.version}`);
      states.push(conversation);
    });
  }
  for (const id of conversationIds) {
    service.bus.subscribe(liveSubjects.ofConversation(id), (payload, subject) => {
      for (const frame of decodeLive(payload, subject).frames) {
        const { event, data } = JSON.parse(Buffer.from(frame).toString());
        heard.push(`${event} ${data.conversation.id} v${data.conversation.version}`);
        states.push(data.conversation);
      }
    });
  }
  await service.bus.flush();
  return { heard, states };
}

test('participants of a new conversation get its event before the reply', async () => {
  await service.start();
  const { heard, states } = await listen([1, 2, 3], []);
  const group = await service.createGroup(1, 2);
  expect(heard.splice(0)).toEqual([`1 joined ${group.id} v1`, `2 joined ${group.id} v1`]);
  const direct = await service.createDirect(3, 1);
  expect(heard.splice(0)).toEqual([`3 joined ${direct.id} v1`, `1 joined ${direct.id} v1`]);
  expect(states).toEqual([group, group, direct, direct]);
});

test('a change is published live before its reply: first to users who joined or left, then to the conversation', async () => {
  await service.start();
  const { id } = await service.createGroup(1, 2);
  const { heard, states } = await listen([1, 2, 3], [id]);
  const input = { user_id: 1, conversation_id: id };

  const renamed = await service.bus.request(endpoints.renameConversation, { ...input, name: 'Coffee' });
  expect(heard.splice(0)).toEqual([`conversation_updated ${id} v2`]);
  const added = await service.bus.request(endpoints.addParticipants, { ...input, participant_ids: [2, 3] });
  expect(heard.splice(0)).toEqual([`3 joined ${id} v3`, `conversation_updated ${id} v3`]);
  const removed = await service.bus.request(endpoints.removeParticipant, { ...input, participant_id: 2 });
  expect(heard.splice(0)).toEqual([`2 left ${id} v4`, `conversation_updated ${id} v4`]);
  expect(states).toEqual([renamed, added, added, removed, removed].map(({ conversation }) => conversation));
});

test('many changes of one conversation are published live a few times, and as it is in the end', async () => {
  await service.start();
  const { id } = await service.createGroup(1, 2);
  const { heard, states } = await listen([1, 2, 3], [id]);
  const input = { user_id: 1, conversation_id: id };
  for (let round = 1; round <= 40; round += 1) {
    await service.bus.request(endpoints.renameConversation, { ...input, name: `Name ${round}` });
  }
  const added = await service.bus.request(endpoints.addParticipants, { ...input, participant_ids: [3] });
  expect(heard).toContain(`3 joined ${id} v42`);
  await settled(42);
  await service.bus.flush();
  expect(states.at(-1)).toEqual(added.conversation);
  expect(heard.length).toBeLessThan(40);
});

test('a direct conversation that is found again, and a request that changes nothing, publish no event', async () => {
  await service.start();
  const { id } = await service.createDirect(1, 2);
  const group = await service.createGroup(1, 2);
  await settled(2);
  const { heard } = await listen([1, 2], [id, group.id]);
  await service.createDirect(2, 1);
  const input = { user_id: 1, conversation_id: group.id };
  await service.bus.request(endpoints.addParticipants, { ...input, participant_ids: [2] });
  await service.bus.request(endpoints.renameConversation, { ...input, name: 'Tea' });
  const refused = { user_id: 2, conversation_id: group.id, name: 'Mine' };
  await expect(service.bus.request(endpoints.renameConversation, refused)).rejects.toMatchObject({ code: 'forbidden' });
  expect(heard).toEqual([]);
  await settled(2);
});

test('every change reaches the stream exactly once and in order of version', async () => {
  await service.start();
  const { id } = await service.createGroup(1, 2);
  const names = Array.from({ length: 30 }, (_, index) => `Name ${index}`);
  for (let from = 0; from < names.length; from += 6) {
    await Promise.all(
      names
        .slice(from, from + 6)
        .map((name) =>
          patiently(() => service.bus.request(endpoints.renameConversation, { user_id: 1, conversation_id: id, name })),
        ),
    );
  }
  await settled(31);
  expect(versions(id)).toEqual(Array.from({ length: 31 }, (_, index) => index + 1));
});

test('every change of two instances side by side reaches the stream exactly once', async () => {
  await service.start();
  await service.start();
  const { id } = await service.createGroup(1, 2);
  const people = Array.from({ length: 30 }, (_, index) => 100 + index);
  const input = { user_id: 1, conversation_id: id };
  for (let from = 0; from < people.length; from += 10) {
    await Promise.all(
      people
        .slice(from, from + 10)
        .map((person) =>
          patiently(() => service.bus.request(endpoints.addParticipants, { ...input, participant_ids: [person] })),
        ),
    );
  }
  await settled(31);
  expect(versions(id).sort((a, b) => a - b)).toEqual(Array.from({ length: 31 }, (_, index) => index + 1));
});

/** Leaves a change and its unpublished event behind, as a process does that dies right after its commit. */
async function leaveBehind(conversation: Conversation, event: { joined: number[]; left: number[] }): Promise<void> {
  await service.sql('update conversations.conversations set version = $2 where id = $1', [
    conversation.id,
    conversation.version,
  ]);
  await service.sql('delete from conversations.participants where conversation_id = $1 and not user_id = any($2)', [
    conversation.id,
    conversation.participants,
  ]);
  await service.sql(
    `insert into conversations.participants (conversation_id, user_id, position, joined_at)
     select $1, user_id, 100 + position, now() from unnest($2::bigint[]) with ordinality as joined (user_id, position)`,
    [conversation.id, event.joined],
  );
  await service.sql("insert into conversations.outbox (payload, created_at) values ($1, now() - interval '10 s')", [
    JSON.stringify({ conversation, ...event, updated: true }),
  ]);
}

test('after a process died behind its commit, the next one publishes the left-behind event, live and to the stream', async () => {
  const first = await service.start();
  const group = await service.createGroup(1, 2);
  await first.stop();
  const grown = { ...group, participants: [1, 2, 3], version: 2 };
  await leaveBehind(grown, { joined: [3], left: [] });
  const shrunk = { ...group, participants: [1, 3], version: 3 };
  await leaveBehind(shrunk, { joined: [], left: [2] });

  const { heard } = await listen([1, 2, 3], [group.id]);
  await service.start();
  await until('the change is on the stream', () => versions(group.id).length === 3);
  await service.bus.request(endpoints.renameConversation, { user_id: 1, conversation_id: group.id, name: 'Coffee' });
  await settled(4);
  expect(versions(group.id)).toEqual([1, 2, 3, 4]);
  expect(durable[1]).toEqual(grown);
  expect(heard).toContain(`3 joined ${group.id} v3`);
  expect(heard).toContain(`2 left ${group.id} v3`);
});

test('a left-behind event does not let a user in again who was removed since', async () => {
  const first = await service.start();
  const group = await service.createGroup(1, 2);
  await first.stop();
  await leaveBehind({ ...group, participants: [1, 2, 3], version: 2 }, { joined: [3], left: [] });
  // The service is back and removes user 3 before it finds the event.
  await service.sql('delete from conversations.participants where conversation_id = $1 and user_id = 3', [group.id]);
  await service.sql('update conversations.conversations set version = 3 where id = $1', [group.id]);

  const { heard } = await listen([3], [group.id]);
  await service.start();
  await settled(2);
  await until('the late event went out', () => heard.includes(`conversation_updated ${group.id} v3`));
  expect(heard.filter((line) => line.startsWith('3 joined'))).toEqual([]);
});

test('a left-behind event does not let a user in again who is being removed meanwhile', async () => {
  const first = await service.start();
  const group = await service.createGroup(1, 2);
  await first.stop();
  await leaveBehind({ ...group, participants: [1, 2, 3], version: 2 }, { joined: [3], left: [] });
  const { heard } = await listen([3], [group.id]);
  await service.admin.transaction(async (queries) => {
    const change = (text: string) => queries.query(statement('', text), [group.id]);
    await change('select from conversations.conversations where id = $1 for update');
    await service.start();
    const waiting = () =>
      service.sql("select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()");
    await until('the event waits for the removal', async () => heard.length > 0 || (await waiting()).length > 0);
    await change('delete from conversations.participants where conversation_id = $1 and user_id = 3');
    await change('update conversations.conversations set version = 3 where id = $1');
  });
  await settled(2);
  await until('the late event went out', () => heard.length > 0);
  expect(heard).toEqual([`conversation_updated ${group.id} v3`]);
});

test('two instances that find the same events publish each once', async () => {
  const first = await service.start();
  const group = await service.createGroup(1, 2);
  await first.stop();
  for (let version = 2; version <= 40; version += 1) await leaveBehind({ ...group, version }, { joined: [], left: [] });
  await Promise.all([service.start(), service.start()]);
  await settled(40);
  expect(versions(group.id).sort((a, b) => a - b)).toEqual(Array.from({ length: 40 }, (_, index) => index + 1));
});

test('a change while the stream is away is made, and published when the stream is back', async () => {
  await service.start();
  const group = await service.createGroup(1, 2);
  await settled(1);
  const { streams: manager } = await service.bus.manager();
  await manager.delete(streams.conversations.name);
  const input = { user_id: 1, conversation_id: group.id, name: 'Coffee' };
  expect((await service.bus.request(endpoints.renameConversation, input)).conversation.version).toBe(2);

  await ensureStream(service.bus, streams.conversations);
  const stored = async () => (await manager.info(streams.conversations.name)).state.messages;
  await until('the change is on the stream', async () => (await stored()) === 1);
  const message = await manager.getMessage(streams.conversations.name, { seq: 1 });
  expect(message?.json()).toMatchObject({ conversation: { id: group.id, name: 'Coffee', version: 2 } });
});
