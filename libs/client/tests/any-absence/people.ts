import { type System, token } from '@vestnik/testing';
import { io, type Socket } from 'socket.io-client';
import { type Deed, PEOPLE, PLACES } from './steps.ts';

type Rest = Awaited<ReturnType<System['rest']>>;
type Ask = (event: string, data: object) => Promise<{ ok?: boolean; error?: { code: string } }>;

/** One user of a run, with a way in by each door. */
export interface Person {
  userId: number;
  rest: Rest;
  ask: Record<'native' | 'socket.io', Ask>;
  leave(): void;
}

/** Opens a Socket.IO connection of a user. `onEvent` gets every event, `ready` included, before the promise resolves too. */
export async function openSocketIo(
  system: System,
  userId: number,
  gateway: number,
  onEvent: (event: string, data: unknown) => void = () => {},
): Promise<Socket> {
  const url = system.socketUrl(gateway).replace('ws:', 'http:').replace('/ws', '');
  const socket = io(url, { auth: { token: await token(userId) }, forceNew: true, transports: ['websocket'] });
  socket.onAny(onEvent);
  await new Promise<void>((resolve, reject) => {
    socket.once('ready', () => resolve());
    socket.once('connect_error', reject);
  });
  return socket;
}

/** Brings a user in by every door: native sockets and REST at the one gateway, Socket.IO at the other. */
export async function enter(system: System, userId: number): Promise<Person> {
  const gateway = userId % 2;
  const [rest, native, socketIo] = await Promise.all([
    system.rest(userId, gateway),
    system.connect(userId, gateway),
    openSocketIo(system, userId, 1 - gateway),
  ]);
  return {
    userId,
    rest,
    ask: {
      native: (event, data) => native.call(event, data),
      'socket.io': (event, data) => socketIo.timeout(10_000).emitWithAck(event, data),
    },
    leave() {
      native.socket.terminate();
      socketIo.disconnect();
    },
  };
}

/** Creates the conversations of a run and returns their ids. */
export async function createPlaces(people: readonly Person[]): Promise<number[]> {
  const [first, second] = people as [Person, Person];
  const host = people.at(-1) as Person;
  const ids: number[] = [];
  for (let place = 0; place < PLACES; place += 1) {
    const creator = place < 2 ? host : first;
    const others = people.filter((one) => one !== creator && (place !== 1 || one !== first));
    const body =
      place === PLACES - 1
        ? { participantId: second.userId }
        : { type: 'group', name: `group ${place}`, participantIds: others.map(({ userId }) => userId) };
    ids.push((await creator.rest('POST', '/conversations', body)).data.conversation.id);
  }
  return ids;
}

/** Failures that no client may see. */
const NO_REFUSALS = new Set(['internal', 'bad_request']);

/** Does a deed. */
async function act(people: readonly Person[], places: readonly number[], deed: Deed): Promise<void> {
  const { kind, pick, door } = deed;
  const person = people[deed.user] as Person;
  const host = people.at(-1) as Person;
  const other = people[(deed.user + 1 + (pick % (PEOPLE - 1))) % PEOPLE] as Person;
  const id = places[deed.place] as number;

  async function rest(by: Person, method: string, path: string, body?: object) {
    const reply = await by.rest(method, path, body);
    if (NO_REFUSALS.has(reply.body?.error?.code)) throw new Error(`${kind}: ${JSON.stringify(reply.body)}`);
    return reply.data;
  }
  async function ask(event: string, data: object, [method, path, body]: [string, string, object?]) {
    if (door === 'rest') return void (await rest(person, method, path, body));
    const reply = await person.ask[door](event, data);
    if (!reply.ok && NO_REFUSALS.has(reply.error?.code ?? 'internal')) {
      throw new Error(`${kind}: ${JSON.stringify(reply)}`);
    }
  }

  const own = `/conversations/${id}`;
  switch (kind) {
    case 'send':
    case 'send automatic': {
      const marks = kind === 'send' ? {} : { marksRead: false };
      const mentions = pick % 4 === 0 ? { mentions: 'all' } : {};
      const data = { content: `text ${pick}`, ...marks, ...mentions };
      return ask('send_message', { conversationId: id, ...data }, ['POST', `${own}/messages`, data]);
    }
    case 'rename':
      return rest(pick % 3 === 0 ? person : host, 'PATCH', own, { name: `name ${pick}` });
    case 'mute': {
      const mutedConversationIds = pick % 3 === 0 ? [] : [id];
      return rest(person, 'PUT', '/notification-preferences', { mutedConversationIds });
    }
    case 'leave':
      return rest(person, 'DELETE', `${own}/participants/${person.userId}`);
    case 'remove':
      return rest(pick % 3 === 0 ? person : host, 'DELETE', `${own}/participants/${other.userId}`);
    case 'add':
      return rest(pick % 3 === 0 ? person : host, 'POST', `${own}/participants`, { participantIds: [other.userId] });
    default:
      return actOnMessage(kind);
  }

  async function actOnMessage(
    deedKind: Exclude<Deed['kind'], 'send' | 'send automatic' | 'rename' | 'mute' | 'leave' | 'remove' | 'add'>,
  ) {
    const messages = (await rest(person, 'GET', `${own}/messages?limit=30`))?.messages ?? [];
    const message = messages[pick % Math.max(1, messages.length)];
    if (!message) return;
    const { id: messageId, seq: upToSeq } = message;
    const path = `/messages/${messageId}`;
    const emoji = pick % 3 === 0 ? '👍' : '🎉';
    const reaction = `${path}/reactions/${encodeURIComponent(emoji)}`;
    switch (deedKind) {
      case 'edit': {
        const content = `edited ${pick}`;
        return ask('edit_message', { messageId, content }, ['PATCH', path, { content }]);
      }
      case 'delete':
        return ask('delete_message', { messageId }, ['DELETE', path]);
      case 'react':
        return ask('add_reaction', { messageId, emoji }, ['PUT', reaction]);
      case 'take back':
        return ask('remove_reaction', { messageId, emoji }, ['DELETE', reaction]);
      case 'pin':
        return ask('pin_message', { messageId }, ['PUT', `${path}/pin`]);
      case 'unpin':
        return ask('unpin_message', { messageId }, ['DELETE', `${path}/pin`]);
      case 'read':
        return ask('read_messages', { conversationId: id, upToSeq }, ['POST', `${own}/read`, { upToSeq }]);
    }
  }
}

/** Does deeds side by side. */
export async function actTogether(
  people: readonly Person[],
  places: readonly number[],
  deeds: readonly Deed[],
): Promise<void> {
  await Promise.all(deeds.map((deed) => act(people, places, deed)));
}
