import type { Measured } from './measured.ts';
import type { Outcome } from './run.ts';

/** Below these times, in milliseconds, an innocent user notices nothing. The noise of the machine alone may double them. */
const FLOORS = { p99Ms: 50, freezeMs: 100, pushMs: 1_000 };

/**
 * Returns why an innocent user suffered from an attack; undefined where the user did not. The time to answer may double. The
 * gateway may stand still for 100 ms, and a push may take a second, or twice as long as before the attack.
 */
export function sufferingOf({ before, during }: Pick<Outcome, 'before' | 'during'>): string | undefined {
  const isWorse = (figure: keyof typeof FLOORS) => during[figure] > Math.max(2 * before[figure], FLOORS[figure]);
  if (during.refused > 0) return 'refused';
  if (isWorse('freezeMs')) return 'frozen';
  if (isWorse('p99Ms')) return 'slower';
  return isWorse('pushMs') ? 'pushes late' : undefined;
}

const VERDICT = 'pushes late'.length;
const WIDTHS = [14, 10, 9, 14, 14, 16] as const;

/** The head of the table. Each row follows when its attack has ended. Times are those before and during the attack. */
export const TABLE_HEAD = `${row(['attack', 'answered', 'refused', 'p99 ms', 'freeze ms', 'push ms'])}  ${'innocent'.padEnd(VERDICT)}  attackers`;

/** One attack as a row of the table, and a line with the processor time of each part of the system in the last round. */
export function outcomeLine(outcome: Outcome): string {
  const { attack, before, during, costs } = outcome;
  const pair = (figure: Exclude<keyof Measured, 'answered' | 'refused'>) =>
    `${before[figure].toFixed(0)} / ${during[figure].toFixed(0)}`;
  const cells = [
    attack.name,
    String(during.answered),
    String(during.refused),
    pair('p99Ms'),
    pair('freezeMs'),
    pair('pushMs'),
  ];
  const line = `${row(cells)}  ${(sufferingOf(outcome) ?? 'as before').padEnd(VERDICT)}  ${attack.title}`;
  return costs === '' ? line : `${line}\n${''.padEnd(WIDTHS[0])}processor: ${costs}`;
}

function row(cells: readonly string[]): string {
  return cells
    .map((cell, index) => (index === 0 ? cell.padEnd(WIDTHS[0]) : cell.padStart(WIDTHS[index] ?? 0)))
    .join('');
}
