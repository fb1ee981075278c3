import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cpuBetween, cpuSeconds, type MeasuredProcess, machineSeconds } from '../measure/processes.ts';
import { cpuOf, type Figures, type Row } from '../report/row.ts';

/** How long each probe measures, in seconds. */
export const PROBE_SECONDS = 3;

/** The counts of a probe. */
export interface Counted {
  operations: number;
  seconds: number;
  /** Further figures. */
  figures?: Figures;
}

/** Measures the processes while `work` goes on. */
export async function measureProbe(
  scenario: string,
  title: string,
  processes: readonly MeasuredProcess[],
  work: () => Promise<Counted>,
): Promise<Row> {
  const before = cpuSeconds(processes);
  const machineBefore = machineSeconds();
  const { operations, seconds, figures } = await work();
  const cpu = cpuBetween(before, cpuSeconds(processes));
  const own = Object.values(cpu).reduce((sum, each) => sum + each, 0);
  const { cpu_us, cpu_s_per_1000 } = cpuOf(cpu, operations);
  return {
    scenario,
    system: 'probe',
    title,
    figures: { operations_per_second: operations / seconds, ...figures, cpu_s_per_1000 },
    cpu_us,
    load_cores: 0,
    other_cores: Math.max(0, machineSeconds() - machineBefore - own) / seconds,
    faults: [],
  };
}

/** Calls `work` with a folder that is gone afterwards. */
export async function inFolder<Result>(work: (folder: string) => Promise<Result>): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), 'probe-bench-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
