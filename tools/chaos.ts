import { readOptions, USAGE } from './chaos/options.ts';
import { reportLines } from './chaos/report.ts';
import { isKept, runChaos } from './chaos/run.ts';
import { readChatLog } from './demo/read-chat-log.ts';
import { runTool } from './start/fault.ts';

/** The exit code of a command that Ctrl-C has ended. */
const INTERRUPTED = 130;

await runTool(async () => {
  const options = readOptions(process.argv.slice(2), process.env.INIT_CWD ?? process.cwd());
  const say = (line: string) => void process.stdout.write(`${line}\n`);
  if (!options) {
    say(USAGE);
    return;
  }
  const { file, ...numbers } = options;
  const log = await readChatLog(file);
  const ending = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => ending.abort());
  process.on('disconnect', () => ending.abort());
  process.channel?.unref();

  const { seconds, seed, clients, rate, natsCluster } = options;
  const bus = natsCluster ? ', three nats-servers' : '';
  say(`Chaos for ${seconds} s, seed ${seed}: ${clients} clients on two gateways${bus}, ${rate} lines a second`);
  const report = await runChaos({ ...numbers, log, say, signal: ending.signal });
  if (!report) {
    say('Interrupted: everything has stopped');
    process.exitCode = INTERRUPTED;
    return;
  }
  for (const line of reportLines(report)) say(line);
  say(isKept(report) ? `The promise was kept (seed ${seed}).` : `The promise was broken (seed ${seed}).`);
  if (!isKept(report)) process.exitCode = 1;
});
