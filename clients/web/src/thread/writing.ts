import type { Message } from '@vestnik/client';

/** What the user is doing in the field: writing anew, answering or changing a message. */
export type Writing = { kind: 'new' } | { kind: 'reply'; to: Message } | { kind: 'edit'; message: Message };
