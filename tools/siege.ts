import { readOptions, USAGE } from './siege/options.ts';
import { outcomeLine, sufferingOf, TABLE_HEAD } from './siege/report.ts';
import { runSiege } from './siege/run.ts';
import { runTool } from './start/fault.ts';

/** The exit code of a command that Ctrl-C has ended. */
const INTERRUPTED = 130;

await runTool(async () => {
  const options = readOptions(process.argv.slice(2));
  const say = (line: string) => void process.stdout.write(`${line}\n`);
  if (!options) {
    say(USAGE);
    return;
  }
  const ending = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => ending.abort());
  process.on('disconnect', () => ending.abort());
  process.channel?.unref();

  const { rounds, seconds } = options;
  say(
    `Each attack has ${rounds} rounds of ${seconds} s, beside an innocent user who sends and lists 5 times a second.`,
  );
  say('Times are before / during the attack: the median over the rounds.\n');
  let suffering = 0;
  say(TABLE_HEAD);
  await runSiege({
    ...options,
    signal: ending.signal,
    onOutcome(outcome) {
      say(outcomeLine(outcome));
      if (sufferingOf(outcome) !== undefined) suffering += 1;
    },
  });
  if (ending.signal.aborted) {
    say('Interrupted: everything has stopped');
    process.exitCode = INTERRUPTED;
    return;
  }
  say(suffering === 0 ? '\nNo innocent user suffered.' : `\nInnocent users suffered from ${suffering} of the attacks.`);
  if (suffering > 0) process.exitCode = 1;
});
