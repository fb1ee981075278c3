import { type Frame, type System } from '@vestnik/testing';
import { type Action, reduce } from '../../src/account/reduce.ts';
import { type AccountState, type EarlyEvent, EMPTY } from '../../src/account/state.ts';
import type { Changes } from '../../src/protocol/changes.ts';
import { openSocketIo, type Person } from './people.ts';

interface Line {
  sync(data: object): Promise<Changes>;
  close(): Promise<void> | void;
}

/** How much an answer has. */
export interface Page {
  limit: number;
  messages: number;
}

const NO_LINE: Line['close'] = () => {};

/** The account of the library, with a line that comes and goes, and events that it takes when it wants to. */
export class WatchedClient {
  state: AccountState;
  readonly #system: System;
  readonly #person: Person;
  #line: Line | undefined;
  #waiting: EarlyEvent[] = [];

  constructor(system: System, person: Person) {
    this.#system = system;
    this.#person = person;
    this.state = { ...EMPTY, userId: person.userId, companyId: 1 };
  }

  #take(action: Action): void {
    // The account keeps what it is given: two accounts share nothing.
    this.state = reduce(this.state, JSON.parse(JSON.stringify(action)) as Action);
  }

  #note(name: string | undefined, data: unknown): void {
    if (name !== undefined) this.#waiting.push({ name, data, at: 0 } as EarlyEvent);
  }

  /** Connects by one of the doors. Its events wait to be heard. */
  async come(gateway: number, door: 'native' | 'socket.io'): Promise<void> {
    await this.go();
    const { userId } = this.#person;
    if (door === 'socket.io') {
      const socket = await openSocketIo(this.#system, userId, gateway, (name, data) => this.#note(name, data));
      this.#line = {
        sync: async (data) => changesOf(await socket.timeout(10_000).emitWithAck('sync', data)),
        close: () => void socket.disconnect(),
      };
      return;
    }
    const client = await this.#system.connect(userId, gateway);
    for (const { event, data } of client.frames) this.#note(event, data);
    client.socket.on('message', (raw) => {
      const { event, data } = JSON.parse(raw.toString()) as Frame;
      this.#note(event, data);
    });
    this.#line = { sync: async (data) => changesOf(await client.call('sync', data)), close: () => client.close() };
  }

  async go(): Promise<void> {
    await (this.#line?.close ?? NO_LINE)();
    this.#line = undefined;
  }

  /** Takes waiting events in an arbitrary order. Every third one stays, to be taken again. */
  hear(order: readonly number[]): void {
    for (const chosen of order) {
      if (this.#waiting.length === 0) return;
      const place = chosen % this.#waiting.length;
      const event = this.#waiting[place] as EarlyEvent;
      if (chosen % 3 !== 0) this.#waiting.splice(place, 1);
      this.#take({ type: 'event', event });
    }
  }

  /** Takes all waiting events. */
  hearAll(): void {
    // Of the two the second one never stays.
    while (this.#waiting.length > 0) this.hear([this.#waiting.length * 7, 1]);
  }

  /** Asks once, by the socket where there is one. */
  async sync({ limit, messages }: Page, isTakenTwice = false): Promise<Changes> {
    const { cursor } = this.state;
    const own: { cursor?: string } = cursor === null ? {} : { cursor };
    const query = new URLSearchParams({
      limit: `${limit}`,
      messages_per_conversation: `${messages}`,
      ...(cursor !== null && { cursor }),
    });
    const changes = this.#line
      ? await this.#line.sync({ limit, messagesPerConversation: messages, ...own })
      : ((await this.#person.rest('GET', `/changes?${query.toString()}`)).data as Changes);
    this.#take({ type: 'changes', changes });
    if (isTakenTwice) this.#take({ type: 'changes', changes });
    return changes;
  }

  /** Asks until there is no more. Returns whether anything had changed. */
  async catchUp(page: Page, isTakenTwice = false): Promise<boolean> {
    for (let hasChanged = false; ; ) {
      const { has_more, reset, conversations } = await this.sync(page, isTakenTwice);
      hasChanged ||= conversations.length > 0;
      if (!has_more && !reset) return hasChanged;
    }
  }

  /** Asks for counts that cannot be known from events, as the library does. */
  async askCounts(): Promise<void> {
    for (const { id, needsCount } of this.state.conversations.values()) {
      if (!needsCount) continue;
      const { data } = await this.#person.rest('GET', `/conversations/${id}`);
      if (data) this.#take({ type: 'conversation', conversation: data.conversation });
    }
  }
}

function changesOf({ ok, data, error }: Frame): Changes {
  if (!ok) throw new Error(`sync refused: ${error?.code} ${error?.message}`);
  return data as Changes;
}
