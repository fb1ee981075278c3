import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { MeasuredProcess } from './processes.ts';
import type { WindowHooks } from './run-load.ts';

/** What V8 writes, as far as it is read here. */
interface Profile {
  nodes: { id: number; callFrame: { functionName: string; url: string; lineNumber: number } }[];
  samples: number[];
  timeDeltas: number[];
}

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const TOP = 25;
/** Waiting, and the cost of profiling itself. */
const NOT_ITS_OWN = /^\(idle\)$|node:inspector/;
const WRITTEN_WITHIN_MS = 30_000;

/** Profiles every Node process of a system while a window is open; the files, one of each process for each window, lie in `folder`. */
export function profileWindow(processes: readonly MeasuredProcess[], folder: string): WindowHooks {
  const nodes = processes.filter(({ name }) => name !== 'postgres' && name !== 'nats');
  const toggle = () => {
    for (const { pid } of nodes) process.kill(pid, 'SIGUSR2');
  };
  let expected = 0;
  return {
    begin: toggle,
    async end() {
      toggle();
      expected += nodes.length;
      const deadline = performance.now() + WRITTEN_WITHIN_MS;
      while ((await profilesIn(folder)).length < expected) {
        if (performance.now() > deadline) throw new Error(`no profile of every process came to ${folder}`);
        await delay(50);
      }
    },
  };
}

/** For each profile of a folder the functions that took most of the time themselves. */
export async function describeProfiles(folder: string): Promise<string> {
  const parts = await Promise.all(
    (await profilesIn(folder)).map(async (file) => {
      const profile = JSON.parse(await readFile(join(folder, file), 'utf8')) as Profile;
      return `${file}\n${topFunctions(profile).join('\n')}\n`;
    }),
  );
  return parts.join('\n');
}

async function profilesIn(folder: string): Promise<string[]> {
  return (await readdir(folder)).filter((file) => file.endsWith('.cpuprofile')).sort();
}

function topFunctions({ nodes, samples, timeDeltas }: Profile): string[] {
  const names = new Map(nodes.map(({ id, callFrame }) => [id, nameOf(callFrame)]));
  const times = new Map<string, number>();
  let total = 0;
  for (const [index, sample] of samples.entries()) {
    const name = names.get(sample) ?? '?';
    const delta = timeDeltas[index] ?? 0;
    times.set(name, (times.get(name) ?? 0) + delta);
    if (!NOT_ITS_OWN.test(name)) total += delta;
  }
  return [...times]
    .filter(([name]) => !NOT_ITS_OWN.test(name))
    .sort((a, b) => b[1] - a[1])
    .slice(0, TOP)
    .map(
      ([name, time]) =>
        `  ${((100 * time) / total).toFixed(1).padStart(5)} %  ${(time / 1_000).toFixed(0).padStart(6)} ms  ${name}`,
    );
}

function nameOf({ functionName, url, lineNumber }: Profile['nodes'][number]['callFrame']): string {
  if (url === '') return functionName || '(anonymous)';
  const place = url.startsWith('file://') ? relative(ROOT, fileURLToPath(url)) : url;
  return `${functionName || '(anonymous)'}  ${place}:${lineNumber + 1}`;
}
