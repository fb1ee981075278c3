import type { Machine } from '../machine.ts';
import type { Ratio } from './ratios.ts';
import { type Figures, LOAD_IS_BOTTLENECK, type Row } from './row.ts';

const COLUMNS = ['scenario', 'system', 'per second', 'p50 ms', 'p99 ms', 'max ms', 'deliver p50/p99 ms', 'CPU-s/1,000'];

/** Where and of what, in one line. */
export function machineLine({ cpu, cores, memory_gb, commit, is_changed, versions, at }: Machine): string {
  const of = `commit ${commit}${is_changed ? ' with changes' : ''}`;
  const parts = `Node ${versions['node']}, PostgreSQL ${versions['postgres']}, nats-server ${versions['nats_server']}`;
  return `${at.slice(0, 16).replace('T', ' ')} · ${cores} cores (${cpu}), ${memory_gb} GB · ${parts} · ${of}`;
}

/** The rows as a table, one line each, and below a line what deserves a word. */
export function printRows(rows: readonly Row[]): string {
  const cells = rows.map((row) => [
    row.scenario,
    row.system,
    rate(row.figures),
    time(row.figures.p50_ms),
    time(row.figures.p99_ms),
    time(row.figures.max_ms),
    row.figures.deliver_p50_ms === undefined
      ? ''
      : `${time(row.figures.deliver_p50_ms)} / ${time(row.figures.deliver_p99_ms)}`,
    row.figures.cpu_s_per_1000 === undefined ? '' : significant(row.figures.cpu_s_per_1000),
  ]);
  const widths = COLUMNS.map((title, index) =>
    Math.max(title.length, ...cells.map((line) => line[index]?.length ?? 0)),
  );
  const line = (texts: string[]) =>
    texts
      .map((text, index) => (index < 2 ? text.padEnd(widths[index] ?? 0) : text.padStart(widths[index] ?? 0)))
      .join('  ')
      .trimEnd();
  const lines = [line(COLUMNS), line(widths.map((width) => '─'.repeat(width)))];
  for (const [index, row] of rows.entries()) {
    lines.push(line(cells[index] ?? []));
    for (const word of wordsOn(row)) lines.push(`    ${word}`);
  }
  return lines.join('\n');
}

/** The ratios, one line each. */
export function printRatios(ratios: readonly Ratio[]): string {
  const width = Math.max(0, ...ratios.map(({ name }) => name.length));
  return ratios.map(({ name, value }) => `${name.padEnd(width)}  ${significant(value)} ×`).join('\n');
}

function rate(figures: Figures): string {
  const { messages_per_second: messages, deliveries_per_second: deliveries } = figures;
  if (messages !== undefined) return `${whole(messages)} msg, ${whole(deliveries ?? 0)} deliveries`;
  if (figures.bytes_per_socket !== undefined) return `${whole(figures.bytes_per_socket)} bytes each`;
  if (figures.requests_per_second !== undefined) return `${whole(figures.requests_per_second)} requests`;
  if (figures.connects_per_second !== undefined) return `${whole(figures.connects_per_second)} connects`;
  return figures.operations_per_second === undefined ? '' : whole(figures.operations_per_second);
}

function wordsOn({ title, figures, cpu_us, bytes_each, not_let_in, load_cores, other_cores, faults }: Row): string[] {
  const words = title === '' ? [] : [title];
  const shares = Object.entries(cpu_us).filter(([, each]) => each > 0);
  if (shares.length > 1) {
    const parts = shares.sort((a, b) => b[1] - a[1]).map(([name, each]) => `${name} ${significant(each)}`);
    words.push(`CPU µs each: ${parts.join(', ')}`);
  }
  if (figures.door_us_per_delivery !== undefined) {
    words.push(`CPU of the socket process: ${significant(figures.door_us_per_delivery)} µs per delivery`);
  }
  if (bytes_each) {
    const parts = Object.entries(bytes_each).sort((a, b) => b[1] - a[1]);
    words.push(`bytes each: ${parts.map(([name, each]) => `${name} ${whole(each)}`).join(', ')}`);
  }
  if (figures.bytes_per_socket_with_servers !== undefined) {
    words.push(
      `${whole(figures.sockets ?? 0)} sockets, opened at ${whole(figures.connects_per_second ?? 0)}/s; ` +
        `${whole(figures.bytes_per_socket_with_servers)} bytes each with database and bus, ` +
        `${whole(figures.bytes_per_further_socket ?? 0)} for one more`,
    );
  }
  if (figures.index_bytes_per_text_byte !== undefined) {
    words.push(`${significant(figures.index_bytes_per_text_byte)} bytes of index for one byte of text`);
  }
  if (figures.drained_after_ms !== undefined)
    words.push(`drained ${whole(figures.drained_after_ms)} ms after the burst`);
  if (figures.back_after_ms !== undefined) {
    words.push(
      `${whole(figures.sockets ?? 0)} back after ${whole(figures.back_after_ms)} ms (away p50 ` +
        `${time(figures.away_p50_ms)}, p99 ${time(figures.away_p99_ms)} ms); ` +
        `told when to try again ${whole(figures.told_to_retry ?? 0)} times`,
    );
  }
  for (const [why, count] of Object.entries(not_let_in ?? {})) words.push(`  ${whole(count)} × ${why}`);
  if (figures.sent_late_p99_ms !== undefined)
    words.push(`sent late by the load itself, p99 ${time(figures.sent_late_p99_ms)} ms`);
  if (load_cores >= LOAD_IS_BOTTLENECK)
    words.push(`! the load process was the bottleneck (${load_cores.toFixed(2)} cores)`);
  else if (load_cores > 0) words.push(`load process: ${load_cores.toFixed(2)} cores`);
  if (other_cores > 0.1) words.push(`! others used ${other_cores.toFixed(2)} cores meanwhile`);
  if (faults.length > 0) words.push(`!! ${faults.join(', ')}`);
  return words;
}

function whole(value: number): string {
  return Math.round(value).toLocaleString('en');
}

function time(value: number | undefined): string {
  return value === undefined ? '' : value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0);
}

function significant(value: number): string {
  return value === 0 ? '0' : Number(value.toPrecision(3)).toString();
}
