/** Something that was started and is stopped in order: what it accepted is finished before `stop` resolves. */
export interface Running {
  stop(): Promise<void>;
}

/** Notes how what was just started is stopped. */
export type OnStop = (stop: () => unknown) => void;

/**
 * Starts something of several parts, each noted with `onStop` as soon as it is there. They stop in the opposite order, one
 * after the other; one that cannot be stopped does not keep the others from it. When the start fails, what was started by
 * then is stopped before the fault is thrown on.
 */
export async function startInOrder(start: (onStop: OnStop) => Promise<void>): Promise<Running> {
  const stops: (() => unknown)[] = [];
  const stop = async () => {
    const faults: unknown[] = [];
    for (let last = stops.pop(); last; last = stops.pop()) {
      try {
        await last();
      } catch (fault) {
        faults.push(fault);
      }
    }
    if (faults.length > 0) throw faults[0];
  };
  try {
    await start((stopOne) => stops.push(stopOne));
  } catch (error) {
    // Why it could not start says more than what could not be stopped then.
    await stop().catch(() => undefined);
    throw error;
  }
  return { stop };
}
