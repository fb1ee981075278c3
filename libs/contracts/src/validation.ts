import { z } from 'zod';
import { VestnikError } from './errors.ts';

/** Zod's issues about a wrong shape or type. All other issues are about a value that is not acceptable. */
const SHAPE_ISSUES = new Set(['invalid_type', 'invalid_union', 'invalid_key', 'invalid_element', 'unrecognized_keys']);

/**
 * Checks `value` against a schema and returns it typed, with defaults filled in and unknown fields dropped.
 *
 * @throws VestnikError `bad_request` for a wrong shape or type, `invalid` for a well-formed value that is not
 *   acceptable. The message names the first field that is wrong.
 */
export function parse<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const result = schema.safeParse(value, { reportInput: true });
  if (result.success) return result.data;
  const issues = result.error.issues.map(innermost);
  const issue = issues.find(isShapeIssue) ?? issues[0];
  if (!issue) throw new VestnikError('bad_request', 'Bad input');
  const where = issue.path.length > 0 ? `${issue.path.join('.')}: ` : '';
  throw new VestnikError(isShapeIssue(issue) ? 'bad_request' : 'invalid', where + issue.message);
}

/** Returns the issue to report. For a union it is that of the alternative with the right shape, where there is one. */
function innermost(issue: z.core.$ZodIssue): z.core.$ZodIssue {
  if (issue.code !== 'invalid_union') return issue;
  const fitting = issue.errors.find((alternative) => !alternative.some(isShapeIssue))?.[0];
  return fitting ? { ...fitting, path: [...issue.path, ...fitting.path] } : issue;
}

function isShapeIssue(issue: z.core.$ZodIssue): boolean {
  if (SHAPE_ISSUES.has(issue.code)) return true;
  // A rule over several optional fields marks itself as a rule about the shape.
  if (issue.code === 'custom') return issue.params?.['shape'] === true;
  // An enum that is no string has a wrong type. An unknown string is merely not acceptable.
  return issue.code === 'invalid_value' && typeof issue.input !== 'string';
}
