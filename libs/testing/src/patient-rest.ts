import { setTimeout as delay } from 'node:timers/promises';
import type { Message, SearchPage } from '@vestnik/contracts';
import { type RestReply, restClient } from './rest-client.ts';
import type { Payload } from './socket-client.ts';

/** A conversation as a list shows it to one participant. */
export interface ListedConversation {
  id: number;
  type: 'direct' | 'group';
  name: string | null;
  participants: number[];
  last_message_id: number | null;
  unread_count: number;
}

/** REST as one user. A call is repeated while the answer says that this may help, or while there is no answer. */
export interface PatientRest {
  createGroup(name: string, participantIds: number[]): Promise<ListedConversation>;
  /** Finds or creates the direct conversation with a user. */
  openDirect(participantId: number): Promise<ListedConversation>;
  /** All conversations. */
  conversations(): Promise<ListedConversation[]>;
  /** The whole history, oldest first. */
  history(conversationId: number): Promise<Message[]>;
  /** The first page of the messages that fit a query. */
  search(q: string): Promise<SearchPage>;
  /** Unread messages over all conversations. */
  unreadCount(): Promise<number>;
}

const PAGE = 100;
const PATIENCE_MS = 30_000;
/** Statuses after which a retry may help: the request came too slowly, came too often, or a service was away. */
const PASSING = new Set([408, 429, 503]);
/** The wait after a request without an answer, in milliseconds. */
const UNANSWERED_WAIT_MS = 500;

/** Creates a patient REST client of the user whose token is given. */
export function patientRest(baseUrl: string, token: string): PatientRest {
  const callOnce = restClient(baseUrl, token);

  async function call(method: string, path: string, body?: unknown): Promise<Payload> {
    const deadline = Date.now() + PATIENCE_MS;
    for (;;) {
      // A gateway that is being started again does not answer.
      const reply = await callOnce(method, path, body).catch((error: Error) => error);
      if (!(reply instanceof Error) && reply.body?.success) return reply.data;
      const waitMs = waitAfter(reply);
      if (waitMs === undefined || Date.now() > deadline) throw new Error(`${method} ${path}: ${reasonOf(reply)}`);
      await delay(waitMs);
    }
  }

  return {
    createGroup: async (name, participantIds) =>
      (await call('POST', '/conversations', { type: 'group', name, participantIds })).conversation,
    openDirect: async (participantId) => (await call('POST', '/conversations', { participantId })).conversation,
    search: async (q) => (await call('GET', `/search?q=${encodeURIComponent(q)}`)) as SearchPage,
    async conversations() {
      const all: ListedConversation[] = [];
      let cursor: string | null = null;
      do {
        const after: string = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`;
        const page = await call('GET', `/conversations?limit=${PAGE}${after}`);
        all.push(...page.conversations);
        cursor = page.next_cursor;
      } while (cursor !== null);
      return all;
    },
    async history(conversationId) {
      const all: Message[] = [];
      // Long messages make a page shorter; the cursor alone says that there is no more.
      for (let hasMore = true; hasMore; ) {
        const after = all.at(-1)?.seq ?? 0;
        const path = `/conversations/${conversationId}/messages?limit=${PAGE}&after=${after}`;
        const page = await call('GET', path);
        const messages: Message[] = page.messages;
        if (messages.some(({ seq }) => seq <= after)) throw new Error(`GET ${path}: not after seq ${after}`);
        all.push(...messages);
        hasMore = page.next_cursor !== null;
      }
      return all;
    },
    unreadCount: async () => (await call('GET', '/unread-count')).unread_count,
  };
}

/** How long to wait before the next attempt, in milliseconds; undefined when another makes no sense. */
function waitAfter(reply: RestReply | Error): number | undefined {
  if (reply instanceof Error) return UNANSWERED_WAIT_MS;
  if (!PASSING.has(reply.status)) return undefined;
  return Math.max(0.2, Number(reply.headers.get('retry-after') ?? 1)) * 1_000;
}

function reasonOf(reply: RestReply | Error): string {
  if (reply instanceof Error) return reply.message;
  const { code = '', message = '' } = reply.body?.error ?? {};
  return `${reply.status} ${code} ${message}`.trim();
}
