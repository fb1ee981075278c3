import { explain } from './start/fault.ts';
import { panel } from './start/panel.ts';
import { progressOn, stopwatch } from './start/progress.ts';
import { readStartSettings } from './start/settings.ts';
import { createSystem } from './start/system.ts';

/** Runs the whole system until a signal comes; the exit code is 0 when it was stopped, 1 when it could not start. */
async function main(): Promise<number> {
  const took = stopwatch();
  const progress = progressOn(process.stdout);
  const settings = readStartSettings(process.env);
  const unwanted = new AbortController();
  const stopAsked = new Promise<void>((resolve) => unwanted.signal.addEventListener('abort', () => resolve()));
  const stop = () => unwanted.abort();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);
  process.on('disconnect', stop);
  process.stdout.on('error', stop);

  const system = createSystem(settings, progress, unwanted.signal);
  try {
    const description = await system.start();
    progress.say(panel(settings, description, took(), process.stdout.isTTY));
    await stopAsked;
  } catch (error) {
    if (!unwanted.signal.aborted) {
      process.stderr.write(`vestnik: ${explain(error)}\n`);
      await system.stop();
      return 1;
    }
  }
  const stopping = stopwatch();
  progress.say('');
  await progress.step('Stopping', () => system.stop());
  progress.say(`Vestnik has stopped in ${stopping()}; its data is in ${settings.layout.dataDir}`);
  return 0;
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`vestnik: ${explain(error)}\n`);
    process.exit(1);
  },
);
