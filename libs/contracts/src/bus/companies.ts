import { z } from 'zod';
import {
  BINDINGS_AT_ONCE,
  LIST_LENGTH,
  PAGE_LIMIT,
  PEOPLE_AT_ONCE,
  QUERY_LENGTH,
  REASON_LENGTH,
  REPORTED_BEFORE,
} from '../limits.ts';
import {
  type AuditEntry,
  COMPANY_ROLES,
  CONTRACT_STATES,
  type FiledReport,
  HISTORY_RULES,
  PARTNER_RULES,
  type Person,
  type ShownBlock,
  type ShownCompany,
  type ShownContract,
  type ShownReport,
} from '../model.ts';
import { id, isoTime, text, textUpTo, version } from '../primitives.ts';
import { define } from './endpoint.ts';
import { messageSchema } from './message-schema.ts';

/** A person, as far as other services need to know: `name` is null until a token has named the person. */
export const personFactSchema = z.object({
  id,
  company_id: id,
  name: text.nullable(),
  picture_url: text.nullable(),
  version,
});
/** A person in the copy of another service. */
export type PersonFact = z.output<typeof personFactSchema>;

/** The rules that a company has set. An absent rule is the installation's. */
export const policySchema = z.object({
  partners: z.enum(PARTNER_RULES).optional(),
  external_invite: z.boolean().optional(),
  history: z.enum(HISTORY_RULES).optional(),
});
/** The rules that a company has set. */
export type Policy = z.output<typeof policySchema>;

/** A company and its policy. `name` is null until a token has named the company. */
export const companyFactSchema = z.object({ id, name: text.nullable(), policy: policySchema, version });
/** A company in the copy of another service. */
export type CompanyFact = z.output<typeof companyFactSchema>;

/** The terms of a contract: whether it allows direct conversations, common groups, invitations into groups. */
export const termsSchema = z.object({ direct: z.boolean(), groups: z.boolean(), invite: z.boolean() });
/** The terms of a contract. */
export type ContractTerms = z.output<typeof termsSchema>;

/**
 * A contract of two companies, as the decision goes by it. `company_ids` has the smaller id first. `terms` are those that hold
 * (of a proposal: those that are proposed). `since` is when the contract came into its state. A severed contract that is
 * proposed again stays `severed` here until it is accepted.
 */
export const contractFactSchema = z.object({
  company_ids: z.tuple([id, id]),
  state: z.enum(CONTRACT_STATES),
  proposed_by: id,
  terms: termsSchema,
  since: isoTime,
  version,
});
/** A contract in the copy of another service. */
export type ContractFact = z.output<typeof contractFactSchema>;

/**
 * A block: of a user by a user, or of a company by a company. The two fields of the other kind are null. A block that was
 * removed stays as one that is not active.
 */
export const blockFactSchema = z.object({
  id,
  blocker_id: id.nullable(),
  blocker_company_id: id.nullable(),
  blocked_id: id.nullable(),
  blocked_company_id: id.nullable(),
  is_active: z.boolean(),
  version,
});
/** A block in the copy of another service. */
export type BlockFact = z.output<typeof blockFactSchema>;

/** The facts by which the decision on named users is made. */
export interface Relations {
  /** The named users that are known. */
  people: PersonFact[];
  /** The companies of these people. */
  companies: CompanyFact[];
  /** Every contract between two of these companies, severed ones too. */
  contracts: ContractFact[];
  /** The active blocks between two of the named users, or two of these companies. */
  blocks: BlockFact[];
}

/** Milliseconds that a gateway waits for the answer to a report of tokens: clients wait meanwhile. */
const TOKEN_REPORT_MS = 1_000;

/** The claims of an accepted token. Absent claims say nothing. `issued_at` is Unix time in seconds. */
const tokenClaims = z.object({
  user_id: id,
  company_id: id,
  issued_at: z.number().nonnegative(),
  name: text.optional(),
  company_name: text.optional(),
  picture_url: text.optional(),
  role: z.enum(COMPANY_ROLES).optional(),
});

/** The claims of an accepted token. */
export type TokenClaims = z.output<typeof tokenClaims>;

/** The end of a company's audit: how many entries it has, and the hash of the last one. */
export interface AuditEnd {
  entries: number;
  hash: string;
}

/** An entry of an audit as it is hashed: `detail` is its JSON text. */
export interface AuditLink {
  id: number;
  company_id: number;
  at: string;
  actor_id: number | null;
  actor_company_id: number | null;
  action: string;
  object: string;
  detail: string;
  previous_hash: string;
  hash: string;
}

/** The user who acts for a company: the user's own, with the role that the token gives. */
const actor = z.object({ user_id: id, company_id: id, role: z.enum(COMPANY_ROLES).optional() });

/** The user who acts for a company. */
export type Actor = z.output<typeof actor>;

/** A page behind an id; 0 stands for the first. */
const page = { after: z.int().nonnegative(), limit: z.int().min(1).max(PAGE_LIMIT) };

/** The user who asks, and the user's company. */
const caller = { user_id: id, company_id: id };

/** The requests that companies answers. */
export const companiesEndpoints = {
  /**
   * Takes what accepted tokens say of their users. The first token binds its user to its company. `company_ids` has, in the
   * order of `tokens`, the company that each user is bound to. The claims of a token of another company are not taken.
   */
  reportTokens: define<{ company_ids: number[] }>()(
    'companies',
    'report-tokens',
    z.object({ tokens: z.array(tokenClaims).min(1).max(PEOPLE_AT_ONCE) }),
    TOKEN_REPORT_MS,
  ),
  /**
   * Lists the users who are bound to a company, above the id `after`, in ascending order. `company_ids` has their companies in
   * the same order.
   */
  listBindings: define<{ user_ids: number[]; company_ids: number[]; next: number | null }>()(
    'companies',
    'list-bindings',
    z.object({ after: page.after, limit: z.int().min(1).max(BINDINGS_AT_ONCE) }),
  ),
  /**
   * Returns the named people who share a company or a conversation with the caller, in the order asked. The others are left out.
   * A contact who has shown no token has neither name nor company.
   */
  getPeople: define<{ people: Person[] }>()(
    'companies',
    'get-people',
    z.object({ ...caller, user_ids: z.array(id).min(1).max(PAGE_LIMIT) }),
  ),
  /**
   * Finds people of the caller's company, and contacts of the caller, whose name has a word for each word of `q` that begins
   * like it. Answers them above the id `after`, in ascending order, without the caller. `invalid` for a `q` without letters.
   */
  searchPeople: define<{ people: Person[]; next: number | null }>()(
    'companies',
    'search-people',
    z.object({
      ...caller,
      q: textUpTo(QUERY_LENGTH),
      ...page,
    }),
  ),
  /** Lists the people of the caller's company above the id `after`, in ascending order. `forbidden` without the role admin. */
  listCompanyPeople: define<{ people: Person[]; next: number | null }>()(
    'companies',
    'list-company-people',
    z.object({ actor, ...page }),
  ),
  /**
   * Ends all tokens that a person of the caller's company was issued so far. The answer comes when the revocation is stored.
   * `forbidden` without the role admin, `not_found` for everybody who is not of the company.
   */
  revokePerson: define<Record<string, never>>()('companies', 'revoke-person', z.object({ actor, user_id: id })),
  /** Returns the caller's company. */
  getCompany: define<{ company: ShownCompany }>()('companies', 'get-company', z.object({ actor })),
  /** Changes the rules of the caller's company that are named. `forbidden` without the role admin. */
  setPolicy: define<{ company: ShownCompany }>()('companies', 'set-policy', z.object({ actor, policy: policySchema })),
  /**
   * Proposes a contract to a company. `forbidden` without the role admin, `not_found` for an unknown company, `conflict` while the
   * companies have a contract, or the other company's proposal waits.
   */
  proposeContract: define<{ contract: ShownContract }>()(
    'companies',
    'propose-contract',
    z.object({ actor, company_id: id, terms: termsSchema }),
  ),
  /** Proposes other terms of a contract, or of a proposal. Those that hold stay until the other company accepts. */
  proposeTerms: define<{ contract: ShownContract }>()(
    'companies',
    'propose-terms',
    z.object({ actor, company_id: id, terms: termsSchema }),
  ),
  /**
   * Accepts the proposal of the other company. `fact` is the contract for the copies of other services. `conflict` for the own one, and
   * when `version` is not that of the contract.
   */
  acceptContract: define<{ contract: ShownContract; fact: ContractFact }>()(
    'companies',
    'accept-contract',
    z.object({ actor, company_id: id, version: version.optional() }),
  ),
  /** Severs a contract, without the other company. The answer comes when the severing has left for every gateway and service. */
  severContract: define<{ contract: ShownContract; fact: ContractFact }>()(
    'companies',
    'sever-contract',
    z.object({ actor, company_id: id }),
  ),
  /** Lists the contracts of the caller's company with companies above the id `after`. `forbidden` without a role. */
  listContracts: define<{ contracts: ShownContract[]; next: number | null }>()(
    'companies',
    'list-contracts',
    z.object({ actor, ...page }),
  ),
  /**
   * Blocks a user, or (admins) a company. A block that is there already stays. `invalid` for oneself, `forbidden` without the role
   * admin, `not_found` for an unknown company, `conflict` beyond 1,000 blocks.
   */
  addBlock: define<{ block: ShownBlock; fact: BlockFact }>()(
    'companies',
    'add-block',
    z.object({ actor, blocked: z.union([z.object({ user_id: id }), z.object({ company_id: id })]) }),
  ),
  /** Lists the caller's blocks, and for admins those of the company, behind the id `after`. */
  listBlocks: define<{ blocks: ShownBlock[]; next: number | null }>()(
    'companies',
    'list-blocks',
    z.object({ actor, ...page }),
  ),
  /** Removes a block of the caller, or (admins) of the company. `not_found` for every other block. */
  removeBlock: define<Record<string, never>>()('companies', 'remove-block', z.object({ actor, block_id: id })),
  /**
   * Files a report of a message as it is now, with the messages before it, oldest first. The reporter sees all of them. A message
   * that the reporter has reported already gets no second report: the answer is the first one, and `created` is false.
   */
  fileReport: define<{ report: FiledReport; created: boolean }>()(
    'companies',
    'file-report',
    z.object({
      actor,
      reason: textUpTo(REASON_LENGTH),
      message: messageSchema,
      before: z.array(messageSchema).max(REPORTED_BEFORE),
    }),
  ),
  /**
   * Lists the reports of the caller's company below the id `before`, newest first. A page ends early where it would be too long.
   * `forbidden` without the role admin.
   */
  listReports: define<{ reports: ShownReport[]; next: number | null }>()(
    'companies',
    'list-reports',
    z.object({ actor, before: id.optional(), limit: page.limit }),
  ),
  /** Lists the audit of the caller's company behind the entry `after`, oldest first. `forbidden` without a role. */
  listAudit: define<{ entries: AuditEntry[]; next: number | null }>()(
    'companies',
    'list-audit',
    z.object({ actor, ...page }),
  ),
  /** Returns a company with its contracts and the end of its audit, for ops. `not_found` for an unknown company. */
  inspectCompany: define<{ company: ShownCompany; contracts: ShownContract[]; audit: AuditEnd }>()(
    'companies',
    'inspect-company',
    z.object({ company_id: id }),
  ),
  /** Changes rules of a company, severs its contract with another one or brings one into force with all terms, for ops. */
  operateCompany: define<Record<string, never>>()(
    'companies',
    'operate-company',
    z.object({
      company_id: id,
      change: z.union([
        z.object({ policy: policySchema }),
        z.object({ contract_with: id }),
        z.object({ sever_from: id }),
      ]),
    }),
  ),
  /** Reads a company's audit behind the entry `after` as it is hashed, for ops, with the end of the chain. */
  readAuditChain: define<{ links: AuditLink[]; next: number | null; audit: AuditEnd }>()(
    'companies',
    'read-audit-chain',
    z.object({ company_id: id, ...page }),
  ),
  /**
   * Binds a person to another company, for ops. The person keeps name and picture, and loses the role. The tokens of the former
   * company are refused from then on. `not_found` for a user who has shown no token.
   */
  moveUser: define<{ person: PersonFact }>()('companies', 'move-user', z.object({ user_id: id, company_id: id })),
  /**
   * Returns the facts by which the decision on named users is made: the users, their companies, the contracts and blocks
   * between them. It is for services whose copy does not know a user yet.
   */
  findRelations: define<Relations>()(
    'companies',
    'find-relations',
    z.object({ user_ids: z.array(id).min(1).max(LIST_LENGTH) }),
  ),
};
