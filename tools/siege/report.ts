import type { Experience } from './innocent.ts';
import type { Outcome } from './run.ts';

/** A p99 below this passes, in milliseconds: the noise of the machine alone may double so small a value. */
const UNNOTICED_MS = 50;

/** Returns why an innocent user suffered from an attack; undefined where the user did not. */
export function sufferingOf({ before, during }: Outcome): string | undefined {
  if (during.refused > 0) return 'refused';
  if (during.frozen > 0) return 'frozen';
  if (during.p99Ms > Math.max(2 * before.p99Ms, UNNOTICED_MS)) return 'slower';
  return undefined;
}

const VERDICT = 'as before'.length;
const WIDTHS = [14, 10, 10, 9, 9, 12, 12] as const;

/** The head of the table. Each row follows when its attack has ended. */
export const TABLE_HEAD = `${row(['attack', 'answered', 'refused', 'frozen', 'p99', 'p99 before', 'longest'])}  ${'innocent'.padEnd(VERDICT)}  attackers`;

/** One attack as a row of the table. */
export function outcomeLine(outcome: Outcome): string {
  const { attack, before, during } = outcome;
  const cells = [
    attack.name,
    String(during.answered),
    String(during.refused),
    String(during.frozen),
    milliseconds(during, 'p99Ms'),
    milliseconds(before, 'p99Ms'),
    milliseconds(during, 'longestMs'),
  ];
  return `${row(cells)}  ${(sufferingOf(outcome) ?? 'as before').padEnd(VERDICT)}  ${attack.title}`;
}

function milliseconds(experience: Experience, figure: 'p99Ms' | 'longestMs'): string {
  return experience.answered === 0 ? '–' : `${experience[figure].toFixed(0)} ms`;
}

function row(cells: readonly string[]): string {
  return cells
    .map((cell, index) => (index === 0 ? cell.padEnd(WIDTHS[0]) : cell.padStart(WIDTHS[index] ?? 0)))
    .join('');
}
