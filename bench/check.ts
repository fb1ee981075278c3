import { Fault, runTool } from '../tools/start/fault.ts';
import { describeMachine } from './machine.ts';
import { readOptions } from './options.ts';
import { machineLine } from './report/print.ts';
import { type Ratio, ratiosOf } from './report/ratios.ts';
import { readBaseline } from './report/result.ts';
import type { Row } from './report/row.ts';
import { runInTerminal } from './session.ts';

/** The scenarios that are measured unless names are given: the hot path and its comparisons, in a few minutes. */
const NAMES = ['direct-1', 'direct-16', 'groups-20', 'group-1000', 'connects'];

/**
 * How much worse than the committed ratio a ratio may be. Runs of the same code differed by up to 26 % in processor time: on
 * a host with other guests wake-ups cost more, and the comparator has fewer of them. They differed by more than a third in
 * throughput. So throughput is judged only when other programs used at most `QUIET` cores.
 */
const MARGIN = { cpu: 0.3, other: 0.4 };
const QUIET = 0.25;

/** The verdict on one ratio. */
interface Verdict {
  word: 'ok' | 'WORSE' | 'unjudged';
  line: string;
}

/** Compares the ratios of a run with the committed ones; ends with code 1 when one is worse beyond the margin. */
async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2), NAMES);
  const baseline = await readBaseline();
  const rows: Row[] = [];
  process.stdout.write(`now:       ${machineLine(await describeMachine())}\n`);
  process.stdout.write(`committed: ${machineLine(baseline.machine)}\n`);
  await runInTerminal(options, rows);
  const before = new Map(baseline.ratios.map((ratio) => [ratio.name, ratio.value]));
  const verdicts = ratiosOf(rows).flatMap((ratio) => {
    const old = before.get(ratio.name);
    return old === undefined ? [] : [judge(ratio, old, rows)];
  });
  for (const { word, line } of verdicts) process.stdout.write(`${word.padEnd(8)}  ${line}\n`);
  const faulty = rows.filter((row) => row.system === 'vestnik' && row.faults.length > 0);
  for (const { scenario, faults } of faulty) process.stdout.write(`FAULT     ${scenario}: ${faults.join(', ')}\n`);
  if (verdicts.length === 0) throw new Fault('nothing of this run is in bench/baseline.json');
  const count = (wanted: Verdict['word']) => verdicts.filter(({ word }) => word === wanted).length;
  process.stdout.write(
    `${count('ok')} kept, ${count('WORSE')} worse, ${count('unjudged')} not judged, ${faulty.length} with faults\n`,
  );
  if (count('WORSE') + faulty.length > 0) process.exitCode = 1;
}

function judge(ratio: Ratio, old: number, rows: readonly Row[]): Verdict {
  const worse = worseBy(ratio, old);
  const isCpu = ratio.name.includes('cpu');
  const margin = isCpu ? MARGIN.cpu : MARGIN.other;
  const [scenario] = ratio.name.split(' ');
  const wasQuiet = rows.every((row) => row.scenario !== scenario || row.other_cores <= QUIET);
  const change = `${old.toPrecision(3)} → ${ratio.value.toPrecision(3)}`;
  const percent = `${Math.abs(worse * 100).toFixed(0)} % ${worse > 0 ? 'worse' : 'better'}`;
  const line = `${ratio.name}: ${change} (${percent}, margin ${margin * 100} %)`;
  if (worse <= margin) return { word: 'ok', line };
  if (isCpu || wasQuiet) return { word: 'WORSE', line };
  return { word: 'unjudged', line: `${line}: others used the machine meanwhile` };
}

/** How much worse a ratio is than it was, as a share of what it was; below 0 when it is better. */
function worseBy({ value, more_is_better }: Ratio, old: number): number {
  return more_is_better ? 1 - value / old : value / old - 1;
}

await runTool(main);
// The channel to the parent process would keep this process alive.
process.disconnect?.();
