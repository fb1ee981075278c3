import type { Conversation } from '@vestnik/contracts';

/** Conversations as JSON by id, each good for its version: what the database says to be newer is read again. */
export interface ConversationTexts {
  /** The JSON of a conversation; undefined when it is not held in that version. */
  get(id: number, version: number): string | undefined;
  put(conversation: Conversation): string;
}

interface Held {
  version: number;
  text: string;
}

/** Creates the texts of one process; together they have at most `capacity` characters, those put first make room. */
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
    put(conversation) {
      const text = JSON.stringify(conversation);
      drop(conversation.id);
      texts.set(conversation.id, { version: conversation.version, text });
      length += text.length;
      for (const id of texts.keys()) {
        if (length <= capacity) break;
        drop(id);
      }
      return text;
    },
  };
}
