import type { Format } from './formats.ts';

/** A setting is missing or wrong. The message names the setting, says what is wrong, and is fit to be shown alone. */
export class SettingError extends Error {
  override readonly name = 'SettingError';
}

/** The environment that settings are read from. */
export type Environment = Record<string, string | undefined>;

/** The description of one setting, for code and for tables. */
export interface SettingDescription<Value> {
  /** Name of the environment variable. */
  env: string;
  /** The meaning of the setting, with its unit. Tables show this text. */
  doc: string;
  format: Format<Value>;
}

/** One setting: an environment variable, its meaning, its format and its default. Made by `setting`. */
export class Setting<Value> {
  readonly env: string;
  readonly doc: string;
  readonly format: Format<Value>;
  /** The text that stands in place of an unset variable; undefined for a setting without a default. */
  readonly default: string | undefined;
  readonly required: boolean;
  /** Only its type is of use. */
  declare readonly value: Value;

  constructor({ env, doc, format }: SettingDescription<Value>, standard: string | undefined, required: boolean) {
    this.env = env;
    this.doc = doc;
    this.format = format;
    this.default = standard;
    this.required = required;
  }
}

/** Settings by the names that code uses. Settings of one kind may stand together in a group. */
export type Settings = { readonly [name: string]: Setting<unknown> | Settings };

/** The values of settings, by the names that code uses. */
export type ConfigOf<Shape extends Settings> = {
  readonly [Name in keyof Shape]: Shape[Name] extends Setting<infer Value>
    ? Value
    : Shape[Name] extends Settings
      ? ConfigOf<Shape[Name]>
      : never;
};

/** A setting as a row of a table. */
export interface SettingRow {
  env: string;
  doc: string;
  /** How a value is written. */
  format: string;
  /** As text; undefined when the setting has no default. */
  default: string | undefined;
  /** Whether a process refuses to start without it. */
  required: boolean;
}

/** The settings of one process. */
export interface DescribedSettings<Shape extends Settings> {
  /** Every setting in the order of its description, for tables. */
  readonly rows: readonly SettingRow[];
  /**
   * Reads all settings from an environment. An empty variable counts as unset.
   *
   * @throws SettingError naming every variable that is missing or wrong. The message repeats no value, since a value may
   *   be secret.
   */
  read(env: Environment): ConfigOf<Shape>;
}

/** Describes a setting that has a default, written as in the environment. */
export function setting<Value>(description: SettingDescription<Value> & { default: string | number }): Setting<Value>;
/** Describes a setting that must be set. */
export function setting<Value>(description: SettingDescription<Value> & { required: true }): Setting<Value>;
/** Describes a setting that may stay unset, and then reads as undefined. */
export function setting<Value>(description: SettingDescription<Value>): Setting<Value | undefined>;
export function setting<Value>(
  description: SettingDescription<Value> & { default?: string | number; required?: true },
): Setting<Value | undefined> {
  const { default: standard, required = false } = description;
  return new Setting<Value | undefined>(description, standard === undefined ? undefined : String(standard), required);
}

/** Describes the settings of a process, by the names that code uses. */
export function describeSettings<const Shape extends Settings>(shape: Shape): DescribedSettings<Shape> {
  return {
    rows: rowsOf(shape),
    read(env) {
      const problems: string[] = [];
      const config = readGroup(shape, env, problems);
      if (problems.length > 0) throw new SettingError(`${problems.join('; ')}.`);
      return config as ConfigOf<Shape>;
    },
  };
}

function rowsOf(shape: Settings): SettingRow[] {
  return Object.values(shape).flatMap((entry) => {
    if (!(entry instanceof Setting)) return rowsOf(entry);
    const { env, doc, format, required } = entry;
    return [{ env, doc, format: format.description ?? 'text', default: entry.default, required }];
  });
}

function readGroup(shape: Settings, env: Environment, problems: string[]): Readonly<Record<string, unknown>> {
  const entries = Object.entries(shape).map(([name, entry]) => [
    name,
    entry instanceof Setting ? readOne(entry, env, problems) : readGroup(entry, env, problems),
  ]);
  return Object.freeze(Object.fromEntries(entries));
}

function readOne(entry: Setting<unknown>, env: Environment, problems: string[]): unknown {
  const given = env[entry.env] || entry.default;
  if (given === undefined) {
    if (entry.required) problems.push(`${entry.env} is not set`);
    return undefined;
  }
  const result = entry.format.safeParse(given);
  if (result.success) return result.data;
  for (const { message } of result.error.issues) problems.push(`${entry.env}: ${message}`);
  return undefined;
}
