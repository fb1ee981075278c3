import { runTool } from '../tools/start/fault.ts';
import { describeMachine } from './machine.ts';
import { readOptions, USAGE } from './options.ts';
import { machineLine, printRatios, printRows } from './report/print.ts';
import { ratiosOf } from './report/ratios.ts';
import { type Result, writeBaseline, writeResult } from './report/result.ts';
import { isFailure, type Row } from './report/row.ts';
import { runInTerminal } from './session.ts';

/** Measures, prints the table and writes it as JSON to `bench/results/`. */
async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  if (options.help) {
    process.stdout.write(`${USAGE}\n`);
    return;
  }
  const machine = await describeMachine();
  process.stdout.write(`${machineLine(machine)}\n`);
  const rows: Row[] = [];
  try {
    await runInTerminal(options, rows);
  } finally {
    if (rows.length > 0) process.stdout.write(`\n${printRows(rows)}\n`);
  }
  const ratios = ratiosOf(rows);
  if (ratios.length > 0) process.stdout.write(`\nVestnik over the other, from this run:\n${printRatios(ratios)}\n`);
  const result: Result = { machine, rows, ratios };
  process.stdout.write(`\n${await writeResult(result)}\n`);
  if (rows.some(({ faults }) => faults.some(isFailure))) process.exitCode = 1;
  else if (options.saveBaseline) await writeBaseline(result);
}

await runTool(main);
// The channel to the parent process would keep this process alive.
process.disconnect?.();
