import { counted, grouped } from '../demo/figures.ts';
import type { Fault } from './plan.ts';
import type { ChaosReport, PastRound } from './run.ts';

type Cell = string | number;

/** The figures of a run, a line each. A star marks a figure that is promised to be zero. */
export function reportLines(report: ChaosReport): string[] {
  const { verdict, pushes, partners, rounds } = report;
  const { lost, twice, outOfOrder, wrong } = verdict;
  const longest = [...report.silences].toSorted(([, a], [, b]) => b - a)[0] ?? [0, 0];
  const totals: Cell[][] = [
    ['messages acknowledged', grouped(verdict.acknowledged)],
    ['messages in the histories', grouped(verdict.stored)],
    ['messages delivered, over all receivers', grouped(verdict.delivered)],
    ['  of these live', grouped(report.live)],
    ['* lost', lost],
    ['* twice', twice],
    ['* out of order', outOfOrder],
    ['* otherwise wrong', wrong],
    ['changes of membership', grouped(report.changes)],
    ['* received by a removed user', report.receivedAfterRemoval],
    ['severings, acceptances, blocks', `${partners.severings}, ${partners.acceptances}, ${partners.blocks}`],
    ['messages between the two companies', grouped(partners.passed)],
    ['* crossed after a severing or a block', partners.crossed],
    ['messages pushed', grouped(pushes.pushed)],
    ['* not pushed', pushes.wanted - pushes.pushed],
    ['* pushed under two ids', pushes.underTwoIds],
    ['attempts repeated under the same id', pushes.repeated],
    ['* wrong statuses', report.wrongStatuses],
    ['* accounts unlike that of a fresh client', report.wrongAccounts.length],
    ['* broken', report.broken.length],
    ['longest silence of one client', `${seconds(longest[1])} (user ${longest[0]})`],
    ['slowest answer', seconds(report.slowestReplyMs)],
  ];
  return [
    '',
    ...table(['fault', 'times', 'all well after: median', 'longest'], recoveries(rounds)),
    '',
    ...table(['user', 'due', 'delivered', '* lost', '* twice', '* out of order', 'longest silence'], receivers(report)),
    '',
    `  ${counted(rounds.length, 'round')} of faults in ${report.seconds.toFixed(0)} s; figures marked * are promised to be 0`,
    '',
    ...table([], totals),
    '',
    ...[...report.broken, ...report.wrongAccounts, ...verdict.faults].slice(0, 40).map((fault) => `  ! ${fault}`),
  ];
}

/** How often each kind of fault came, and how long it took until all was well. A round of two counts for both. */
function recoveries(rounds: readonly PastRound[]): Cell[][] {
  const byKind = new Map<string, { times: number; healed: number[] }>();
  for (const { faults, healedMs } of rounds) {
    for (const kind of new Set(faults.map(nameOf))) {
      const entry = byKind.get(kind) ?? { times: 0, healed: [] };
      byKind.set(kind, entry);
      entry.times += 1;
      if (healedMs !== undefined) entry.healed.push(healedMs);
    }
  }
  return [...byKind]
    .toSorted(([a], [b]) => a.localeCompare(b))
    .map(([kind, { times, healed }]) => {
      const sorted = healed.toSorted((a, b) => a - b);
      const [median, longest] = [sorted[Math.floor(sorted.length / 2)], sorted.at(-1)];
      return [
        kind,
        times,
        median === undefined ? '–' : seconds(median),
        longest === undefined ? '–' : seconds(longest),
      ];
    });
}

/** Processes by what they are, servers by name, all links alike. */
function nameOf({ kind, target }: Fault): string {
  if (kind.startsWith('process')) return kind.replace('process', target.startsWith('gateway') ? 'gateway' : 'service');
  return kind.replace('server', target);
}

function receivers({ verdict, silences }: ChaosReport): Cell[][] {
  return verdict.receivers.map(({ userId, due, delivered, lost, twice, outOfOrder }) => [
    userId,
    grouped(due),
    grouped(delivered),
    lost,
    twice,
    outOfOrder,
    seconds(silences.get(userId) ?? 0),
  ]);
}

/** The first column to the left, the others to the right. */
function table(head: readonly string[], rows: readonly Cell[][]): string[] {
  const all = head.length > 0 ? [head, ...rows] : rows;
  const widths = (all[0] ?? []).map((_, column) => Math.max(...all.map((row) => String(row[column]).length)));
  return all.map((row) => {
    const cells = row.map((cell, column) =>
      column === 0 ? String(cell).padEnd(widths[0] ?? 0) : String(cell).padStart(widths[column] ?? 0),
    );
    return `  ${cells.join('   ')}`;
  });
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}
