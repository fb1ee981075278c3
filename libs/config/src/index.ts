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

/** A whole number between `min` and `max`, given as text. */
export function integer(min: number, max: number) {
  return z
    .string()
    .regex(/^\d{1,15}$/, 'must be a whole number')
    .transform(Number)
    .refine((value) => value >= min && value <= max, `must be between ${min} and ${max}`);
}

/** A TCP port. */
export const port = integer(1, 65_535);

/** A limit: a whole number; 0 switches it off, which reads as Infinity. */
export function limit(standard: number) {
  return integer(0, 1_000_000_000)
    .default(standard)
    .transform((value) => (value === 0 ? Number.POSITIVE_INFINITY : value));
}

/** A switch: 0 or 1. */
export const flag = z
  .enum(['0', '1'])
  .default('0')
  .transform((value) => value === '1');

/** A list of texts, separated by commas. */
export const list = z.string().transform((value) =>
  value
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== ''),
);

/** What every process reads: where the bus is, how much to log, where ops look. */
export const processSettings = {
  NATS_URL: list.refine((servers) => servers.length > 0, 'must name a server'),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  OPS_HOST: z.string().default('127.0.0.1'),
  /** Where to die, for tests: see the crash points of `libs/lifecycle`. */
  VESTNIK_CRASH_AT: z
    .string()
    .regex(/^[a-z.-]+(:\d{1,6})?$/, 'must be the name of a crash point')
    .optional(),
};

/** What every process with a database reads on top: its own role's URL, how many connections, where ops look. */
export const serviceSettings = {
  ...processSettings,
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/, error: 'must be a postgres:// URL' }),
  DATABASE_POOL_SIZE: integer(1, 100).default(8),
  /** 0 means no ops port: ops then see the service on the bus alone. */
  OPS_PORT: integer(0, 65_535).default(0),
};

/** What every process with a database is told. */
export interface ServiceConfig {
  natsServers: string[];
  /** Where to die, in tests. */
  crashAt: string | undefined;
  /** The URL of the service's own role. */
  databaseUrl: string;
  /** Connections to the database at most. */
  databasePoolSize: number;
  logLevel: z.output<typeof processSettings.LOG_LEVEL>;
  opsHost: string;
  /** 0: no ops port. */
  opsPort: number;
}

/** What `serviceSettings` say, by the names that the code uses. */
export function serviceConfigOf(values: z.output<z.ZodObject<typeof serviceSettings>>): ServiceConfig {
  return {
    natsServers: values.NATS_URL,
    crashAt: values.VESTNIK_CRASH_AT,
    databaseUrl: values.DATABASE_URL,
    databasePoolSize: values.DATABASE_POOL_SIZE,
    logLevel: values.LOG_LEVEL,
    opsHost: values.OPS_HOST,
    opsPort: values.OPS_PORT,
  };
}

/**
 * Reads where the schema is, which is all that a migration needs.
 *
 * @throws SettingError when DATABASE_URL is missing or wrong.
 */
export function readDatabaseUrl(env: Environment = process.env): string {
  return readSettings(describeSettings({ DATABASE_URL: serviceSettings.DATABASE_URL }), env).DATABASE_URL;
}
