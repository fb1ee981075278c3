import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from '@vestnik/logging';

/** Reports to a service that get there late rather than never. */
export interface ReportQueue<Report> {
  add(report: Report): void;
  /** Resolves when all reports are sent, or after a second. */
  stop(): Promise<void>;
}

/** How a queue of reports works. */
export interface ReportQueueOptions<Report> {
  /** Names the reports in the log. */
  name: string;
  logger: Logger;
  /** Reports in one request at most. */
  limit: number;
  /** Reports that may wait; beyond that the oldest are dropped. */
  maxWaiting: number;
  /** Wait before reports that failed are sent again, in milliseconds. */
  retryMs: number;
  /** Chooses what is sent now; the rest waits for the next time. */
  choose?(reports: readonly Report[]): { now: Report[]; later: Report[] };
  /** Sends reports and returns those that have to be sent again. */
  send(reports: Report[]): Promise<Report[]>;
}

/** How long a queue that stops may take to send its reports, in milliseconds, and how often it looks whether it has. */
const STOP_MS = 1_000;
const STOP_CHECK_MS = 10;

/** Creates a queue with one request under way at a time. Reports that are added meanwhile share the next one. */
export function createReportQueue<Report>(options: ReportQueueOptions<Report>): ReportQueue<Report> {
  const { name, logger, limit, maxWaiting, retryMs, send } = options;
  const choose = options.choose ?? ((reports) => ({ now: [...reports], later: [] }));
  let waiting: Report[] = [];
  let timer: NodeJS.Timeout | NodeJS.Immediate | undefined;
  let isStopped = false;

  /** Sends some reports. Resolves with those that have to wait, also when the service does not answer. */
  async function attempt(reports: Report[]): Promise<Report[]> {
    try {
      return await send(reports);
    } catch (error) {
      logger.warn({ err: error }, `${name} cannot be reported now`);
      return reports;
    }
  }

  async function run(): Promise<void> {
    const { now, later } = choose(waiting.slice(-maxWaiting));
    waiting = later;
    let failed = 0;
    for (let from = 0; from < now.length && !isStopped; from += limit) {
      const again = await attempt(now.slice(from, from + limit));
      failed += again.length;
      for (const report of again) waiting.push(report);
    }
    timer = undefined;
    if (waiting.length === 0 || isStopped) return;
    if (failed > 0) timer = setTimeout(() => void run(), retryMs);
    else schedule();
  }

  function schedule(): void {
    timer ??= setImmediate(() => void run());
  }

  return {
    add(report) {
      waiting.push(report);
      if (!isStopped) schedule();
    },
    async stop() {
      const latest = performance.now() + STOP_MS;
      while (timer && performance.now() < latest) await delay(STOP_CHECK_MS);
      isStopped = true;
    },
  };
}
