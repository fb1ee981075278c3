import type { ErrorCode } from '@vestnik/contracts';
import type { z } from 'zod';

/** A group of operations, as a reader looks for them. */
export const TAGS = {
  Conversations: 'Direct and group conversations, and their participants',
  Messages: 'Messages, their history, reactions and read markers',
  People: 'Names, companies and pictures of people',
  Company: 'Policy, contracts, reports and audit of the own company',
  Presence: 'Who is connected',
  Notifications: 'Push targets, and when a user wants no push',
} as const;

/** One route of the API, described for clients. */
export interface Operation {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Below `/api/messenger`, with parameters as the router has them: `/messages/:messageId`. */
  path: string;
  /** The name of the operation: unique, as client generators use it for a function. */
  name: string;
  tag: keyof typeof TAGS;
  /** Says what the operation does, in a few words. */
  summary: string;
  /** Says what a caller should know besides. */
  description?: string;
  query?: Record<string, Parameter>;
  headers?: Record<string, Parameter>;
  body?: { schema: z.ZodType; example: object };
  /** Success statuses with the `data` of the envelope. */
  answers: Partial<Record<200 | 201, { description: string; data: z.ZodType }>>;
  /** Refusals that are its own; those of every route are added. */
  refusals?: readonly ErrorCode[];
}

/** A parameter of a query, or a header. */
export interface Parameter {
  description: string;
  schema: z.ZodType;
  example?: string | number;
  isRequired?: boolean;
}
