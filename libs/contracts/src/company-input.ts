import { z } from 'zod';
import { REASON_LENGTH } from './limits.ts';
import { HISTORY_RULES, PARTNER_RULES } from './model.ts';
import { id, textUpTo } from './primitives.ts';
import { isVisible } from './visible-text.ts';

const terms = z.object({ direct: z.boolean(), groups: z.boolean(), invite: z.boolean() });

/** The bodies by which the people of a company govern it. */
export const companyInput = {
  /** The rules to change; the others stay. */
  policy: z.object({
    partners: z.enum(PARTNER_RULES).optional(),
    externalInvite: z.boolean().optional(),
    history: z.enum(HISTORY_RULES).optional(),
  }),
  /** A proposal to a company. Without terms it allows everything. */
  proposal: z.object({ companyId: id, terms: terms.default({ direct: true, groups: true, invite: true }) }),
  terms: z.object({ terms }),
  /** A block: of a user by the caller, or of a company by the caller's company. */
  block: z
    .object({ userId: id.optional(), companyId: id.optional() })
    .refine(({ userId, companyId }) => (userId === undefined) !== (companyId === undefined), {
      error: 'give either userId or companyId',
      params: { shape: true },
    }),
  /** A report of a message to the admins of the reporter's company. */
  report: z.object({
    messageId: id,
    reason: textUpTo(REASON_LENGTH).refine(isVisible, 'must be 1 to 1,000 characters, and show something'),
  }),
};
