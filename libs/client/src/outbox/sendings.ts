import type { Store } from '../account/store.ts';
import type { Outbox } from '../client.ts';
import { VestnikError } from '../errors.ts';
import type { Message } from '../protocol/model.ts';
import type { Tab } from '../tabs/tabs.ts';

interface Promised {
  resolve(message: Message): void;
  reject(error: VestnikError): void;
}

/** Returns an id that no other message has. `crypto.randomUUID` is for secure pages alone. */
function createId(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Makes the outbox as applications see it: the leader has the messages, and the state says what becomes of them. */
export function createSendings(store: Store, ask: Tab['ask']): Outbox {
  const promised = new Map<string, Promised>();

  function take(id: string): Promised | undefined {
    const own = promised.get(id);
    promised.delete(id);
    return own;
  }

  store.onAction((action) => {
    if (action.type === 'stored') take(action.message.client_message_id ?? '')?.resolve(action.message);
    if (action.type !== 'outbox') return;
    for (const { clientMessageId, error } of action.outbox) {
      if (error) take(clientMessageId)?.reject(new VestnikError(error.code, error.message, error));
    }
  });

  return {
    send(conversationId, input) {
      const message = typeof input === 'string' ? { content: input } : input;
      const clientMessageId = message.clientMessageId ?? createId();
      const stored = new Promise<Message>((resolve, reject) => promised.set(clientMessageId, { resolve, reject }));
      // A failure shows in the item too.
      stored.catch(() => undefined);
      const kept = ask('send', conversationId, message, clientMessageId) as Promise<void>;
      kept.catch(() => undefined);
      return { clientMessageId, stored, kept };
    },
    retry: (id) => void ask('retry', id).catch(() => undefined),
    discard: (id) => void ask('discard', id).catch(() => undefined),
  };
}
