import type { Figures, Row } from './row.ts';

/** One figure of Vestnik over the same of something else in the same run, or over its own in another scenario. */
export interface Ratio {
  /** `direct-1 messages_per_second / comparator`. */
  name: string;
  value: number;
  /** Whether more is better. */
  more_is_better: boolean;
}

const COMPARED: [figure: keyof Figures, moreIsBetter: boolean][] = [
  ['messages_per_second', true],
  ['requests_per_second', true],
  ['connects_per_second', true],
  ['cpu_s_per_1000', false],
  ['bytes_per_socket', false],
];

/** Scenarios that the comparator runs under another name. */
const COUNTERPART: Record<string, string> = { 'socket-io-1': 'direct-1', 'socket-io-16': 'direct-16' };

/** Further ratios: the cost against that of a part, a big history against a small one. */
const PAIRS: [of: string, figure: keyof Figures, over: string, overFigure: keyof Figures, moreIsBetter: boolean][] = [
  ['direct-16', 'messages_per_second', 'probe-rows', 'operations_per_second', true],
  ['direct-16', 'cpu_s_per_1000', 'probe-rows', 'cpu_s_per_1000', false],
  ['direct-1', 'messages_per_second', 'probe-commits', 'operations_per_second', true],
  ['group-1000', 'deliveries_per_second', 'probe-sockets', 'operations_per_second', true],
  ['steady-1000', 'deliver_p50_ms', 'probe-requests-alone', 'p50_ms', false],
  ['steady-1000', 'deliver_p99_ms', 'probe-commits-alone', 'p99_ms', false],
  ...['rest-1m', 'rest-10m'].flatMap((big) =>
    ['list', 'first', 'deep', 'unread'].map((kind): (typeof PAIRS)[number] => [
      `${big}-${kind}`,
      'requests_per_second',
      `rest-10k-${kind}`,
      'requests_per_second',
      true,
    ]),
  ),
];

/** Every ratio that the rows of one run give. */
export function ratiosOf(rows: readonly Row[]): Ratio[] {
  const find = (scenario: string, system?: Row['system']) =>
    rows.find((row) => row.scenario === scenario && (system === undefined || row.system === system));
  const ratios: Ratio[] = [];
  const add = (name: string, value: number | undefined, over: number | undefined, moreIsBetter: boolean) => {
    if (value === undefined || over === undefined || !(over > 0) || !Number.isFinite(value)) return;
    ratios.push({ name, value: value / over, more_is_better: moreIsBetter });
  };
  for (const row of rows) {
    if (row.system !== 'vestnik') continue;
    const other = find(COUNTERPART[row.scenario] ?? row.scenario, 'comparator');
    for (const [figure, moreIsBetter] of COMPARED) {
      add(`${row.scenario} ${figure} / comparator`, row.figures[figure], other?.figures[figure], moreIsBetter);
    }
  }
  for (const [of, figure, over, overFigure, moreIsBetter] of PAIRS) {
    const other = find(over, over.startsWith('probe') ? 'probe' : 'vestnik');
    add(`${of} ${figure} / ${over}`, find(of, 'vestnik')?.figures[figure], other?.figures[overFigure], moreIsBetter);
  }
  return ratios;
}
