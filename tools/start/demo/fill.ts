import { type RestCall, restOf } from './rest.ts';
import { DEMO_TALK, type DemoConversation } from './talk.ts';

/**
 * Writes the demo conversations through REST as the demo people, unless the demo people have conversations already.
 * @throws Error naming the request that was refused
 */
export async function fillDemo(rest: string): Promise<void> {
  const people = [...new Set(DEMO_TALK.flatMap((conversation) => conversation.people))];
  const calls = new Map<number, RestCall>();
  for (const id of people) calls.set(id, await restOf(rest, id));
  const as = (id: number): RestCall => {
    const call = calls.get(id);
    if (!call) throw new Error(`${id} is no demo person`);
    return call;
  };
  // The first request of each person also makes the person known to the others.
  const lists = await Promise.all(people.map((id) => as(id)('GET', '/conversations?limit=1')));
  if (lists.some(({ conversations }) => conversations?.length)) return;
  for (const conversation of DEMO_TALK) await write(conversation, as);
}

async function write({ name, people, lines, readBy }: DemoConversation, as: (id: number) => RestCall): Promise<void> {
  const [owner = 0, ...others] = people;
  const wanted = name === undefined ? { participantId: others[0] } : { type: 'group', name, participantIds: others };
  const { conversation } = await as(owner)('POST', '/conversations', wanted);
  if (!conversation) throw new Error('POST /conversations answered no conversation');
  const path = `/conversations/${conversation.id}`;
  const ids: number[] = [];
  for (const { from, text, replyTo, mentions, reactions = [], isPinned } of lines) {
    const body = {
      content: text,
      mentions,
      replyToId: replyTo === undefined ? undefined : ids[replyTo],
      marksRead: false,
    };
    const { message } = await as(from)('POST', `${path}/messages`, body);
    if (!message) throw new Error(`POST ${path}/messages answered no message`);
    ids.push(message.id);
    for (const [emoji, reacting] of reactions) {
      const reaction = `/messages/${message.id}/reactions/${encodeURIComponent(emoji)}`;
      for (const person of reacting) await as(person)('PUT', reaction);
    }
    if (isPinned) await as(from)('PUT', `/messages/${message.id}/pin`);
  }
  for (const person of readBy) await as(person)('POST', `${path}/read`, { upToSeq: lines.length });
}
