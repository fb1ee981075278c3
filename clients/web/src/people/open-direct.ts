import type { Client } from '@vestnik/client';
import { attempt } from '../state/notices.tsx';
import { openConversation } from '../state/route.ts';

/** Opens the direct conversation with a person, and begins it where there is none. */
export async function openDirect(client: Client, participantId: number): Promise<boolean> {
  return attempt(async () => {
    const { conversation } = await client.rest.createConversation({ participantId });
    openConversation(conversation.id);
  });
}
