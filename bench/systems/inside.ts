import { rename, writeFile } from 'node:fs/promises';
import { Session } from 'node:inspector/promises';
import { basename, dirname } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/**
 * Loaded into every Node process of a measured system by `--import`. SIGUSR2 begins a processor profile, and ends it
 * with a `.cpuprofile` file, numbered by window, in the folder that the import names; SIGWINCH collects garbage, so that resident memory is
 * that of what lives. Idle otherwise.
 */
const folder = new URL(import.meta.url).searchParams.get('folder') ?? '.';

/** Microseconds between two samples. */
const SAMPLING_INTERVAL = 500;

let session: Session | undefined;
/** Windows profiled so far. */
let profiles = 0;

async function toggleProfile(): Promise<void> {
  if (!session) {
    session = new Session();
    session.connect();
    await session.post('Profiler.enable');
    await session.post('Profiler.setSamplingInterval', { interval: SAMPLING_INTERVAL });
    await session.post('Profiler.start');
    return;
  }
  const ending = session;
  session = undefined;
  const { profile } = await ending.post('Profiler.stop');
  ending.disconnect();
  const service = basename(dirname(dirname(process.argv[1] ?? '')));
  profiles += 1;
  const file = `${folder}/${service}-${process.pid}-${profiles}.cpuprofile`;
  // The process that waits for the file finds it whole.
  await writeFile(`${file}.part`, JSON.stringify(profile));
  await rename(`${file}.part`, file);
}

process.on('SIGUSR2', () => {
  toggleProfile().catch((error: unknown) => process.stderr.write(`profile: ${String(error)}\n`));
});

process.on('SIGWINCH', () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as (options: object) => void;
  collect({ type: 'major', execution: 'sync', flavor: 'last-resort' });
});
