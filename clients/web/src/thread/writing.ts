import type { Message } from '@vestnik/client';

/** The use of the field: a new message, an answer, or a change of a message. */
export type Writing = { kind: 'new' } | { kind: 'reply'; to: Message } | { kind: 'edit'; message: Message };
