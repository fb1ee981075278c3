import { Fault, runTool } from '../tools/start/fault.ts';
import { describeMachine } from './machine.ts';
import { readOptions } from './options.ts';
import { machineLine } from './report/print.ts';
import { type Ratio, ratiosOf } from './report/ratios.ts';
import { readBaseline } from './report/result.ts';
import type { Row } from './report/row.ts';
import { runInTerminal } from './session.ts';

/** What is measured unless names are given: the hot path and its comparisons, in a few minutes. */
const NAMES = ['direct-1', 'direct-16', 'groups-20', 'group-1000', 'connects'];

/**
 * How much worse than the committed one a ratio may be. Two runs of the same code on a quiet machine of two cores differ
 * by up to a tenth in processor time and by up to a quarter in throughput.
 */
const MARGIN = { cpu: 0.25, other: 0.4 };

/** Compares the ratios of a run with the committed ones; ends with code 1 when one is worse beyond the margin. */
async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2), NAMES);
  const baseline = await readBaseline();
  const rows: Row[] = [];
  process.stdout.write(`now:       ${machineLine(await describeMachine())}\n`);
  process.stdout.write(`committed: ${machineLine(baseline.machine)}\n`);
  await runInTerminal(options, rows);
  const before = new Map(baseline.ratios.map((ratio) => [ratio.name, ratio.value]));
  const compared = ratiosOf(rows).flatMap((ratio) => {
    const old = before.get(ratio.name);
    return old === undefined ? [] : [{ ratio, old, isWorse: worseBy(ratio, old) > marginOf(ratio) }];
  });
  for (const { ratio, old, isWorse } of compared) {
    const percent = (worseBy(ratio, old) * 100).toFixed(0);
    const change = `${old.toPrecision(3)} → ${ratio.value.toPrecision(3)}`;
    const margin = `margin ${marginOf(ratio) * 100} %`;
    process.stdout.write(`${isWorse ? 'WORSE' : 'ok   '}  ${ratio.name}: ${change} (${percent} % worse, ${margin})\n`);
  }
  const faulty = rows.filter((row) => row.system === 'vestnik' && row.faults.length > 0);
  for (const { scenario, faults } of faulty) process.stdout.write(`FAULT  ${scenario}: ${faults.join(', ')}\n`);
  if (compared.length === 0) throw new Fault('nothing of this run is in bench/baseline.json');
  const worse = compared.filter(({ isWorse }) => isWorse).length;
  process.stdout.write(`${compared.length - worse} kept, ${worse} worse, ${faulty.length} with faults\n`);
  process.exitCode = worse + faulty.length > 0 ? 1 : 0;
}

/** How much worse a ratio is than it was, as a share of what it was; below 0 when it is better. */
function worseBy({ value, more_is_better }: Ratio, old: number): number {
  return more_is_better ? 1 - value / old : value / old - 1;
}

function marginOf({ name }: Ratio): number {
  return name.includes('cpu') ? MARGIN.cpu : MARGIN.other;
}

await runTool(main);
// Whoever started this holds a channel to it, which would keep it alive.
process.disconnect?.();
