import type { Conversation } from '@vestnik/contracts';
import { LRUCache } from 'lru-cache';

/** The JSON of conversations by id. Each text is good for its version; a list asks conversations for any other version. */
export interface ConversationTexts {
  /** Returns the JSON of a conversation; undefined when that version is not held. */
  get(id: number, version: number): string | undefined;
  put(conversation: Pick<Conversation, 'id' | 'version'>, text: string): void;
}

interface Held {
  version: number;
  text: string;
}

/** Creates the texts of one gateway, of `capacity` characters in all. The least recently used texts make room. */
export function createConversationTexts(capacity: number): ConversationTexts {
  const texts = new LRUCache<number, Held>({ maxSize: capacity, sizeCalculation: ({ text }) => text.length });
  return {
    get(id, version) {
      const held = texts.get(id);
      return held?.version === version ? held.text : undefined;
    },
    put({ id, version }, text) {
      texts.set(id, { version, text });
    },
  };
}
