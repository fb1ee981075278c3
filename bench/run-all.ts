import type { BenchOptions } from './options.ts';
import { PROBES } from './probes/table.ts';
import { type RunParts, runSystem } from './run-system.ts';
import { readTexts } from './texts.ts';

/**
 * Runs everything that was asked for: probes first, then system by system. A scenario that fails is a row with a fault.
 *
 * @throws Fault when the texts cannot be read; the signal's reason.
 */
export async function runAll(options: BenchOptions, parts: RunParts): Promise<void> {
  const texts = options.texts === undefined ? undefined : await readTexts(options.texts);
  for (const name of options.names) {
    const probe = PROBES[name];
    if (!probe) continue;
    parts.signal.throwIfAborted();
    parts.say(`  ${name} …`);
    parts.rows.push(await probe(name));
  }
  for (const system of options.systems) await runSystem(system, { ...options, loadTexts: texts }, parts);
}
