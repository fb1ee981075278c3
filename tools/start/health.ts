import { setTimeout as delay } from 'node:timers/promises';
import { Fault } from './fault.ts';

const READY_WITHIN_MS = 30_000;

/**
 * Waits until a gateway reports that every service and every database answers.
 * @throws Fault naming the parts that are down when that takes too long
 */
export async function awaitHealth(rest: string, signal: AbortSignal): Promise<void> {
  const deadline = performance.now() + READY_WITHIN_MS;
  for (;;) {
    const health = await ask(`${rest}/health/ready`, signal);
    signal.throwIfAborted();
    if (health.ready) return;
    if (performance.now() >= deadline) {
      throw new Fault(`${rest}/health/ready is not ready after ${READY_WITHIN_MS / 1000} s: ${health.words}`);
    }
    await delay(100, undefined, { signal });
  }
}

async function ask(url: string, signal: AbortSignal): Promise<{ ready: boolean; words: string }> {
  try {
    const response = await fetch(url, { signal: AbortSignal.any([signal, AbortSignal.timeout(5000)]) });
    const body = (await response.json()) as { parts?: Record<string, string> };
    const down = Object.entries(body.parts ?? {}).filter(([, state]) => state !== 'ok');
    const words = down.map(([part, state]) => `${part} ${state}`).join(', ') || `status ${response.status}`;
    return { ready: response.ok, words };
  } catch (error) {
    return { ready: false, words: String(error) };
  }
}
