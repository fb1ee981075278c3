import type { SystemName } from '../systems/running-system.ts';

/** Everything that is measured, with its unit in the name; what a row has depends on its scenario. */
export interface Figures {
  messages_per_second?: number;
  deliveries_per_second?: number;
  requests_per_second?: number;
  connects_per_second?: number;
  /** Of a probe: what its title names. */
  operations_per_second?: number;
  /** From the intended sending to the acknowledgement, or from the request to its answer. */
  p50_ms?: number;
  p99_ms?: number;
  max_ms?: number;
  /** From the intended sending to the arrival at a socket. */
  deliver_p50_ms?: number;
  deliver_p99_ms?: number;
  deliver_max_ms?: number;
  /** How much later than intended the load process itself sent. */
  sent_late_p99_ms?: number;
  /** Processor seconds of all server processes for 1,000 messages, requests, connects or operations. */
  cpu_s_per_1000?: number;
  /** Processor microseconds of the process that holds the sockets, for one delivery. */
  door_us_per_delivery?: number;
  drained_after_ms?: number;
  /** Milliseconds from the first loss until all users were back, and how long one user was away. */
  back_after_ms?: number;
  away_p50_ms?: number;
  away_p99_ms?: number;
  /** Refusals that named a time to come again. */
  told_to_retry?: number;
  sockets?: number;
  /** Resident memory of all services together, for one idle socket. */
  bytes_per_socket?: number;
  /** The same with database and bus. */
  bytes_per_socket_with_servers?: number;
  /** Bytes of the search index for one byte of the texts in it. */
  index_bytes_per_text_byte?: number;
  /** The cost of one more socket: the growth over the second half of the sockets, so without costs that come once. */
  bytes_per_further_socket?: number;
}

/** One line of the table. */
export interface Row {
  scenario: string;
  system: SystemName | 'probe';
  title: string;
  figures: Figures;
  /** Processor microseconds of each process for one message, request or connect. */
  cpu_us: Record<string, number>;
  /** Of idle sockets: resident bytes of each process for one. */
  bytes_each?: Record<string, number>;
  /** Of a return: attempts that came to nothing and times that were named, by what was said. */
  not_let_in?: Record<string, number>;
  /** Cores that the load process used. */
  load_cores: number;
  /** Cores that nothing of this run used. */
  other_cores: number;
  /** The faults; none when every promise was kept. */
  faults: string[];
}

const FAILURE = 'failed: ';

/** The row of a scenario that came to no figures. */
export function failedRow(scenario: string, system: SystemName, error: unknown): Row {
  const words = error instanceof Error ? error.message : String(error);
  return {
    scenario,
    system,
    title: '',
    figures: {},
    cpu_us: {},
    load_cores: 0,
    other_cores: 0,
    faults: [`${FAILURE}${words}`],
  };
}

/** Whether a fault says that there are no figures. */
export function isFailure(fault: string): boolean {
  return fault.startsWith(FAILURE);
}

/** The load process was itself the bottleneck from here on, in cores. */
export const LOAD_IS_BOTTLENECK = 0.9;

/** Processor time for one of `count`, in microseconds, and all of it in seconds for 1,000. */
export function cpuOf(cpu: Record<string, number>, count: number): Pick<Row, 'cpu_us'> & { cpu_s_per_1000: number } {
  const each = count > 0 ? count : Number.NaN;
  const total = Object.values(cpu).reduce((sum, seconds) => sum + seconds, 0);
  return {
    cpu_us: Object.fromEntries(Object.entries(cpu).map(([name, seconds]) => [name, (seconds / each) * 1e6])),
    cpu_s_per_1000: (total / each) * 1_000,
  };
}

/** Counts by name as words, `3 × unavailable`. */
export function counted(counts: Record<string, number>, what: string): string[] {
  return Object.entries(counts).map(([name, count]) => `${count} × ${what} ${name}`);
}
