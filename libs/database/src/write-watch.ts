import type { Logger } from '@vestnik/logging';
import { isDatabaseAway, isStorageFault } from './errors.ts';

/** Knows whether the server can write at present: from the statements that fail, and from probes. */
export interface WriteWatch {
  /** Takes the error of any statement. One that says that the server cannot write counts until a probe succeeds. */
  note(error: unknown): void;
  /** Returns why the server cannot write; undefined while it can. A probe begins in the background when one is due. */
  fault(): string | undefined;
}

/** Milliseconds between two probes while the server can write, and while it cannot. */
const PROBE_MS = 10_000;
const PROBE_AGAIN_MS = 1_000;

/**
 * Watches whether a server can write. Probes run only while `fault` is asked, so that a service whose health nobody asks for
 * writes none.
 *
 * @param probe makes a write that needs new space on the disk, and takes the write back
 */
export function watchWrites(probe: () => Promise<unknown>, logger: Logger): WriteWatch {
  let fault: string | undefined;
  let dueAt = Number.NEGATIVE_INFINITY;
  let isProbing = false;

  function note(error: unknown): void {
    if (!isStorageFault(error)) return;
    if (fault === undefined) logger.error({ err: error }, 'the database cannot write');
    fault = explain(error);
    dueAt = performance.now() + PROBE_AGAIN_MS;
  }

  async function look(): Promise<void> {
    isProbing = true;
    dueAt = performance.now() + PROBE_MS;
    try {
      await probe();
      if (fault !== undefined) logger.warn('the database can write again');
      fault = undefined;
    } catch (error) {
      if (isDatabaseAway(error)) dueAt = performance.now() + PROBE_AGAIN_MS;
      else logger.warn({ err: error }, 'it cannot be probed whether the database can write');
    } finally {
      isProbing = false;
    }
  }

  return {
    note,
    fault() {
      if (!isProbing && performance.now() >= dueAt) void look();
      return fault;
    },
  };
}

function explain(error: unknown): string {
  return (error as { code?: unknown }).code === '53100'
    ? 'the disk of PostgreSQL is full'
    : 'PostgreSQL cannot write its files';
}
