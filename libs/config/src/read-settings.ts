import { z } from 'zod';

/** A setting is missing or wrong. The message names it, says what is wrong and is fit to be shown alone. */
export class SettingError extends Error {
  override readonly name = 'SettingError';
}

/** The environment that settings are read from. */
export type Environment = Record<string, string | undefined>;

/** Describes settings: each variable's name with how it is read. For who needs no other schema. */
export function describeSettings<Shape extends z.ZodRawShape>(shape: Shape): z.ZodObject<Shape> {
  return z.object(shape);
}

/**
 * Reads settings from the environment against a schema whose keys are the variables' names; an empty variable counts as
 * absent.
 *
 * @throws SettingError naming every variable that is missing or wrong; values are not repeated, they may be secret.
 */
export function readSettings<Schema extends z.ZodObject>(schema: Schema, env: Environment): Readonly<z.output<Schema>> {
  const present = Object.fromEntries(Object.keys(schema.shape).map((name) => [name, env[name] || undefined]));
  const result = schema.safeParse(present);
  if (result.success) return Object.freeze(result.data);
  const problems = result.error.issues.map((issue) => {
    const name = issue.path.join('.');
    return present[name] === undefined ? `${name} is not set` : `${name}: ${issue.message}`;
  });
  throw new SettingError(`${problems.join('; ')}.`);
}
