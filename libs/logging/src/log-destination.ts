import { fstatSync, writeSync } from 'node:fs';
import { Socket } from 'node:net';

/** Where the lines of a log go. Writing a line never throws, and never waits for a reader or for room on a disk. */
export interface LogDestination {
  write(line: string): void;
  /** Lines that were dropped since the start: the disk stayed full, or the reader of a pipe did not read. */
  dropped(): number;
}

/** Lines that wait for room, in bytes; what comes beyond is dropped. */
const WAITING_BYTES = 1024 * 1024;
/** How long the next attempt waits when there was no room, in milliseconds. */
const RETRY_MS = 20;
/** How long a process that exits waits for lines to be read, in milliseconds. */
const EXIT_WITHIN_MS = 500;

/**
 * Opens a file descriptor for the lines of a log: standard output unless another is given.
 *
 * @param onRecovered called when lines are written again after some were dropped, with how many were
 */
export function openLogDestination(onRecovered: (dropped: number) => void = () => undefined, fd = 1): LogDestination {
  makePipeNonBlocking(fd);
  let waiting: Buffer[] = [];
  let waitingBytes = 0;
  let dropped = 0;
  let droppedInARow = 0;
  let retry: NodeJS.Timeout | undefined;

  /** Writes what there is room for; true when nothing waits any more. */
  function writeWaiting(): boolean {
    const bytes = waiting.length === 1 && waiting[0] ? waiting[0] : Buffer.concat(waiting);
    let written = 0;
    try {
      written = writeSync(fd, bytes);
    } catch {
      // The disk is full, the pipe is full, or its reader has gone: the bytes stay for the next attempt.
    }
    waiting = written < bytes.length ? [bytes.subarray(written)] : [];
    waitingBytes = bytes.length - written;
    return waitingBytes === 0;
  }

  function tryAgain(): void {
    retry = undefined;
    if (!writeWaiting()) {
      retry = setTimeout(tryAgain, RETRY_MS).unref();
      return;
    }
    const count = droppedInARow;
    droppedInARow = 0;
    if (count > 0) onRecovered(count);
  }

  process.once('exit', () => {
    const deadline = performance.now() + EXIT_WITHIN_MS;
    while (waitingBytes > 0 && !writeWaiting() && performance.now() < deadline) sleep(5);
  });

  return {
    write(line) {
      const bytes = Buffer.from(line);
      if (waitingBytes + bytes.length > WAITING_BYTES) {
        dropped += 1;
        droppedInARow += 1;
        return;
      }
      waiting.push(bytes);
      waitingBytes += bytes.length;
      if (!retry && !writeWaiting()) retry = setTimeout(tryAgain, RETRY_MS).unref();
    },
    dropped: () => dropped,
  };
}

/**
 * Makes a write to a full pipe fail instead of waiting for the reader. Node sets a pipe so when it opens the pipe as a socket;
 * the socket itself is not used.
 */
function makePipeNonBlocking(fd: number): void {
  try {
    const stats = fstatSync(fd);
    if (stats.isFIFO() || stats.isSocket()) new Socket({ fd, readable: false, writable: true }).unref();
  } catch {
    // Lines for a descriptor that is closed are dropped when they are written.
  }
}

/** Keeps this thread waiting. */
function sleep(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}
