import { counted, grouped } from '../demo/figures.ts';
import type { ChaosReport } from './run.ts';

/** The figures of a run, a line each, zero where zero is promised marked as such. */
export function reportLines(report: ChaosReport): string[] {
  const { verdict, pushes, rounds } = report;
  const healed = rounds.flatMap(({ healedMs }) => (healedMs === undefined ? [] : [healedMs])).toSorted((a, b) => a - b);
  const rows: [string, string | number][] = [
    ['messages acknowledged', grouped(verdict.acknowledged)],
    ['messages in the histories', grouped(verdict.stored)],
    ['messages delivered, over all receivers', grouped(verdict.delivered)],
    ['* lost', verdict.lost],
    ['* twice', verdict.twice],
    ['* out of order', verdict.outOfOrder],
    ['* otherwise wrong', verdict.wrong],
    ['* heard by who was removed', report.overheard],
    ['messages pushed, of those to be pushed', `${grouped(pushes.pushed)} of ${grouped(pushes.wanted)}`],
    ['attempts repeated under the same id', pushes.repeated],
    ['* pushed under two ids', pushes.underTwoIds],
    ['* broken', report.broken.length],
    ['longest silence of one client', `${seconds(report.silence.longestMs)} (user ${report.silence.userId})`],
    ['slowest answer', seconds(report.slowestReplyMs)],
    ['all well after a fault, median', seconds(healed[Math.floor(healed.length / 2)] ?? 0)],
    ['all well after a fault, longest', seconds(healed.at(-1) ?? 0)],
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  return [
    '',
    `  ${counted(rounds.length, 'round')} of faults in ${report.seconds.toFixed(0)} s; what is marked * is promised to be 0`,
    '',
    ...rows.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`),
    '',
    ...[...report.broken, ...verdict.faults].slice(0, 40).map((fault) => `  ! ${fault}`),
  ];
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}
