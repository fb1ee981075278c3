/** Tells when much was published within a moment, so that slow readers are looked for before their next turn. */
export interface TrafficAlarm {
  note(bytes: number): void;
  /** Calls `handle` at the end of the event-loop tick in which much had been published. */
  onMuch(handle: () => void): void;
}

/** So many bytes are much: a fraction of what cuts a socket off. */
const MUCH_BYTES = 4_194_304;

/** Creates the alarm of one gateway. */
export function createTrafficAlarm(): TrafficAlarm {
  let published = 0;
  let handle: () => void = () => undefined;
  return {
    note(bytes) {
      published += bytes;
      if (published < MUCH_BYTES) return;
      published = 0;
      setImmediate(handle);
    },
    onMuch(given) {
      handle = given;
    },
  };
}
