import { readFile } from 'node:fs/promises';
import { readOptions, USAGE } from './chaos/options.ts';
import { reportLines } from './chaos/report.ts';
import { isKept, runChaos } from './chaos/run.ts';
import { type ChatLog, parseChatLog } from './demo/chat-log.ts';
import { Fault, runTool } from './start/fault.ts';

/** What a shell says of a command that Ctrl-C ended. */
const INTERRUPTED = 130;

async function readLog(file: string): Promise<ChatLog> {
  const content = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new Fault(`${file} cannot be read (${error.code})`);
  });
  const log = parseChatLog(content);
  if (log.lines.length === 0) throw new Fault(`${file} holds no line like "[12:34] <nick> text"`);
  return log;
}

await runTool(async () => {
  const options = readOptions(process.argv.slice(2), process.env.INIT_CWD ?? process.cwd());
  const say = (line: string) => void process.stdout.write(`${line}\n`);
  if (!options) {
    say(USAGE);
    return;
  }
  const { file, ...numbers } = options;
  const log = await readLog(file);
  const ending = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => ending.abort());
  process.on('disconnect', () => ending.abort());
  process.channel?.unref();

  const { seconds, seed, clients, rate } = options;
  say(`Chaos for ${seconds} s, seed ${seed}: ${clients} clients on two gateways, ${rate} lines a second`);
  const report = await runChaos({ ...numbers, log, say, signal: ending.signal });
  if (!report) {
    say('Interrupted: everything is stopped');
    process.exitCode = INTERRUPTED;
    return;
  }
  for (const line of reportLines(report)) say(line);
  say(isKept(report) ? `Kept: seed ${seed}` : `Broken: seed ${seed}`);
  if (!isKept(report)) process.exitCode = 1;
});
