import type { Conversation } from '@vestnik/contracts';

/** Conversations as JSON by id, each good for its version: what messages knows in another version is asked for again. */
export interface ConversationTexts {
  /** The JSON of a conversation; undefined when it is not held in that version. */
  get(id: number, version: number): string | undefined;
  put(conversation: Pick<Conversation, 'id' | 'version'>, text: string): void;
}

interface Held {
  version: number;
  text: string;
}

/** Creates the texts of one gateway; together they have at most `capacity` characters, those put first make room. */
export function createConversationTexts(capacity: number): ConversationTexts {
  const texts = new Map<number, Held>();
  let length = 0;

  const drop = (id: number) => {
    length -= texts.get(id)?.text.length ?? 0;
    texts.delete(id);
  };

  return {
    get(id, version) {
      const held = texts.get(id);
      return held?.version === version ? held.text : undefined;
    },
    put({ id, version }, text) {
      drop(id);
      texts.set(id, { version, text });
      length += text.length;
      for (const oldest of texts.keys()) {
        if (length <= capacity) break;
        drop(oldest);
      }
    },
  };
}
