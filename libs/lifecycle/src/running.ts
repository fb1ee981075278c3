/** A part that runs. `stop` resolves when the part has finished all work that it had accepted. */
export interface Running {
  stop(): Promise<void>;
}

/** Notes how the part that has just started stops. */
export type OnStop = (stop: () => unknown) => void;

/**
 * Starts several parts, each noted with `onStop` as soon as it has started. They stop in the opposite order, one after the
 * other, also when one of them fails to stop. When the start fails, the parts that have started by then stop before the error
 * is thrown on.
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
    // The error of the start says more than an error of the stop after it.
    await stop().catch(() => undefined);
    throw error;
  }
  return { stop };
}
