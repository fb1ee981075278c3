import { createAsyncApi, createOpenApi } from '@vestnik/api-documents';
import type { ContentLimits } from '@vestnik/contracts';
import { settingsOf } from '../generate/settings-tables.ts';

/** The limits that stand in the documents, and the settings that they come from. */
const SETTINGS: Record<keyof ContentLimits, string> = {
  contentLength: 'LIMIT_CONTENT_LENGTH',
  attachments: 'LIMIT_ATTACHMENTS',
  groupSize: 'LIMIT_GROUP_SIZE',
  syncConversations: 'LIMIT_SYNC_CONVERSATIONS',
  watchedUsers: 'LIMIT_WATCHED_USERS',
};

/** The documents of the public API, as JSON values. */
export interface PublicDocuments {
  openapi: Record<string, unknown>;
  asyncapi: Record<string, unknown>;
}

/** Creates the documents that a gateway with default limits serves. */
export async function publicDocuments(): Promise<PublicDocuments> {
  const rows = await settingsOf('gateway');
  const limitOf = (env: string) => Number(rows.find((row) => row.env === env)?.default);
  const limits = Object.fromEntries(Object.entries(SETTINGS).map(([name, env]) => [name, limitOf(env)]));
  const plain = (document: object) => JSON.parse(JSON.stringify(document)) as Record<string, unknown>;
  return {
    openapi: plain(createOpenApi(limits as unknown as ContentLimits)),
    asyncapi: plain(createAsyncApi(limits as unknown as ContentLimits, 'localhost:3001')),
  };
}
