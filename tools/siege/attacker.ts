import { parentPort, workerData } from 'node:worker_threads';
import { ATTACKS } from './attacks.ts';
import type { Target } from './target.ts';

/** A thread that makes one attack until it gets a message, so that the attack delays no measurement in the main thread. */
const { name, target } = workerData as { name: string; target: Target };
const attack = ATTACKS.find((known) => known.name === name);
const ending = new AbortController();
parentPort?.once('message', () => ending.abort());
await attack?.run(target, ending.signal);
process.exit(0);
