import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Frame, type System, startSystem, type TestClient, until } from '@vestnik/testing';

/** Changes that a user who is just being added sees or misses, depending on milliseconds: so there are many. */
const ROUNDS = 40;

let system: System;
let rest: Awaited<ReturnType<System['rest']>>;
let owner: TestClient;
let others: TestClient[];

const OWNER = 1;
const OTHERS = [2, 3];

beforeAll(async () => {
  const settings = { LIMIT_REQUESTS_PER_SECOND: '0', LIMIT_FRAMES_PER_SECOND: '0' };
  system = await startSystem({ instances: { gateway: 2 }, settings });
  rest = await system.rest(OWNER);
  owner = await system.connect(OWNER);
  others = await Promise.all(OTHERS.map((userId, index) => system.connect(userId, index)));
});
afterAll(() => system.stop());

async function createGroup(participantIds: number[]): Promise<number> {
  const { data } = await rest('POST', '/conversations', { type: 'group', name: 'first', participantIds });
  return data.conversation.id;
}

/** The events of one conversation that a socket received, in order. */
const toldOf = ({ frames }: TestClient, id: number) =>
  frames.filter(({ data }) => data?.conversation?.id === id || data?.conversation_id === id);
const nameOf = (frame: Frame | undefined): unknown => frame?.data.conversation.name;
const ofConversation = (frames: Frame[]) => frames.filter(({ data }) => data.conversation !== undefined);

test('a conversation that changes right after somebody came into it is shown to all as it is, and once in each version', async () => {
  for (let round = 0; round < ROUNDS; round += 1) {
    const id = await createGroup([2]);
    const adding = rest('POST', `/conversations/${id}/participants`, { participantIds: [3] });
    if (round % 2) await adding;
    await Promise.all([adding, rest('PATCH', `/conversations/${id}`, { name: `round ${round}` })]);
    for (const client of [owner, ...others]) {
      await until('everybody has it as it is', () => {
        const last = ofConversation(toldOf(client, id)).at(-1);
        return nameOf(last) === `round ${round}` && last?.data.conversation.participants.length === 3;
      });
      const told = ofConversation(toldOf(client, id));
      expect(told.map(({ event }) => event)).toEqual([
        'conversation_created',
        ...told.slice(1).map(() => 'conversation_updated'),
      ]);
      const versions = told.map(({ data }) => data.conversation.version);
      expect(versions).toEqual([...new Set(versions)].sort((a, b) => a - b));
    }
  }
});

test('what is written and changed while somebody comes in reaches them as it is at the end', async () => {
  for (let round = 0; round < ROUNDS; round += 1) {
    const id = await createGroup([2]);
    const adding = rest('POST', `/conversations/${id}/participants`, { participantIds: [3] });
    const { message } = await owner.ask('send_message', { conversationId: id, content: 'first' });
    await owner.ask('edit_message', { messageId: message.id, content: 'second' });
    await adding;
    const marker = await owner.ask('send_message', { conversationId: id, content: 'the end' });
    for (const client of others) {
      await client.next('new_message', (data) => data.message.id === marker.message.id);
      const shown = toldOf(client, id).filter(({ data }) => data.message?.id === message.id);
      // A user who was added after the message has it in the history.
      if (shown.length === 0) expect(client).toBe(others[1]);
      else await until('it is edited', () => toldOf(client, id).some(({ data }) => data.message?.content === 'second'));
    }
  }
});

test('who was told of being in a conversation may type there at once, and is seen by who comes in too', async () => {
  for (let round = 0; round < ROUNDS; round += 1) {
    const id = await createGroup([2]);
    expect(await owner.call('typing', { conversationId: id, isTyping: true })).toMatchObject({ ok: true });
    await others[0]?.next('user_typing', (data) => data.conversation_id === id);
  }
  expect(await others[1]?.call('typing', { conversationId: await createGroup([2]), isTyping: true })).toMatchObject({
    error: { code: 'forbidden' },
  });
});
