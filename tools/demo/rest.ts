import { setTimeout as delay } from 'node:timers/promises';
import type { Message } from '@vestnik/contracts';

/** A conversation as a list shows it to one participant. */
export interface ListedConversation {
  id: number;
  type: 'direct' | 'group';
  name: string | null;
  participants: number[];
  last_message_id: number | null;
  unread_count: number;
}

/** The REST door as one user. Every call waits and tries again while it is told to (429, 503). */
export interface Rest {
  createGroup(name: string, participantIds: number[]): Promise<ListedConversation>;
  /** Finds or creates the direct conversation with somebody. */
  openDirect(participantId: number): Promise<ListedConversation>;
  /** All conversations. */
  conversations(): Promise<ListedConversation[]>;
  /** The whole history, oldest first. */
  history(conversationId: number): Promise<Message[]>;
  /** Unread messages over all conversations. */
  unreadCount(): Promise<number>;
}

/** A REST call was refused for good. */
class RestError extends Error {
  override readonly name = 'RestError';
}

const PAGE = 100;
const PATIENCE_MS = 30_000;

/** Opens the REST door of a gateway for who holds the token. */
export function openRest(baseUrl: string, token: string): Rest {
  async function call<Data>(method: string, path: string, body?: unknown): Promise<Data> {
    const deadline = Date.now() + PATIENCE_MS;
    for (;;) {
      const reply = await fetchOnce(`${baseUrl}/api/messenger${path}`, token, method, body);
      if (reply.ok) return reply.data as Data;
      if (!reply.again || Date.now() > deadline) throw new RestError(`${method} ${path}: ${reply.why}`);
      await delay(reply.waitMs);
    }
  }

  return {
    async createGroup(name, participantIds) {
      const body = { type: 'group', name, participantIds };
      return (await call<{ conversation: ListedConversation }>('POST', '/conversations', body)).conversation;
    },
    async openDirect(participantId) {
      const body = { participantId };
      return (await call<{ conversation: ListedConversation }>('POST', '/conversations', body)).conversation;
    },
    async conversations() {
      const all: ListedConversation[] = [];
      let cursor: string | null = null;
      do {
        const query: string = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`;
        const page: { conversations: ListedConversation[]; next_cursor: string | null } = await call(
          'GET',
          `/conversations?limit=${PAGE}${query}`,
        );
        all.push(...page.conversations);
        cursor = page.next_cursor;
      } while (cursor !== null);
      return all;
    },
    async history(conversationId) {
      const all: Message[] = [];
      for (;;) {
        const after = all.at(-1)?.seq ?? 0;
        const path = `/conversations/${conversationId}/messages?limit=${PAGE}&after=${after}`;
        const { messages } = await call<{ messages: Message[] }>('GET', path);
        if (messages.some((message) => message.seq <= after))
          throw new RestError(`GET ${path}: not after seq ${after}`);
        all.push(...messages);
        if (messages.length < PAGE) return all;
      }
    },
    unreadCount: async () => (await call<{ unread_count: number }>('GET', '/unread-count')).unread_count,
  };
}

type Outcome = { ok: true; data: unknown } | { ok: false; again: boolean; waitMs: number; why: string };

async function fetchOnce(url: string, token: string, method: string, body: unknown): Promise<Outcome> {
  let response: Response;
  try {
    response = await fetch(url, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  } catch (error) {
    // A gateway that is being started again.
    return { ok: false, again: true, waitMs: 500, why: (error as Error).message };
  }
  const json = (await response.json().catch(() => undefined)) as
    | { success?: boolean; data?: unknown; error?: { code: string; message: string } }
    | undefined;
  if (response.ok && json?.success) return { ok: true, data: json.data };
  return {
    ok: false,
    again: response.status === 429 || response.status === 503,
    waitMs: Math.max(0.2, Number(response.headers.get('retry-after') ?? 1)) * 1_000,
    why: `${response.status} ${json?.error?.code ?? ''} ${json?.error?.message ?? ''}`.trim(),
  };
}
