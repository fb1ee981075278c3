import { contention } from './attacks/contention.ts';
import { costlyRequests } from './attacks/costly-requests.ts';
import { flood } from './attacks/flood.ts';
import { hangingWebhooks } from './attacks/hanging-webhooks.ts';
import { heavyJson } from './attacks/heavy-json.ts';
import { manyConversations } from './attacks/many-conversations.ts';
import { strangers } from './attacks/strangers.ts';
import { tokenless } from './attacks/tokenless.ts';
import { unreadAnswers } from './attacks/unread-answers.ts';
import type { Attack } from './target.ts';

/** Every attack, in the order in which a siege makes them. */
export const ATTACKS: readonly Attack[] = [
  manyConversations,
  contention,
  unreadAnswers,
  heavyJson,
  hangingWebhooks,
  costlyRequests,
  strangers,
  flood,
  tokenless,
];
