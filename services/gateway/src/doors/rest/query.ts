import { PAGE_DEFAULT, PAGE_LIMIT, VestnikError } from '@vestnik/contracts';

/** The query of a request. It remembers which parameters were read, and refuses the others. */
export class Query {
  readonly #values: Readonly<Record<string, unknown>>;
  readonly #known = new Set<string>();

  /** `values` holds an array for a parameter that was given twice. */
  constructor(values: Readonly<Record<string, unknown>>) {
    this.#values = values;
  }

  /**
   * Reads one parameter as text; undefined when absent.
   *
   * @throws VestnikError `bad_request` when it is given twice.
   */
  text(name: string): string | undefined {
    this.#known.add(name);
    const value = this.#values[name];
    if (value === undefined || typeof value === 'string') return value;
    throw new VestnikError('bad_request', `${name}: must be given once`);
  }

  /**
   * Reads one parameter as an integer of at least `min`; undefined when absent.
   *
   * @throws VestnikError `bad_request` for anything else.
   */
  integer(name: string, min: number): number | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    const number = /^\d{1,16}$/.test(value) ? Number(value) : Number.NaN;
    if (Number.isSafeInteger(number) && number >= min) return number;
    throw new VestnikError('bad_request', `${name}: must be an integer of at least ${min}`);
  }

  /**
   * Refuses the parameters that were not read.
   *
   * @throws VestnikError `bad_request` naming the first of them.
   */
  refuseOthers(): void {
    const other = Object.keys(this.#values).find((name) => !this.#known.has(name));
    if (other !== undefined)
      throw new VestnikError('bad_request', `${other.slice(0, 64)}: is no parameter of this route`);
  }

  /** Reads `limit`: 1 to 100, 50 when absent. A larger number is served as 100; anything else is `bad_request`. */
  limit(): number {
    return this.atMost('limit', 1) ?? PAGE_DEFAULT;
  }

  /** Reads a number of things on a page: `min` to 100, undefined when absent. A larger number is served as 100. */
  atMost(name: string, min: number): number | undefined {
    if (/^[1-9]\d{15,}$/.test(this.text(name) ?? '')) return PAGE_LIMIT;
    const number = this.integer(name, min);
    return number && Math.min(number, PAGE_LIMIT);
  }
}
