import { setTimeout as delay } from 'node:timers/promises';
import { Fault } from './fault.ts';

const READY_WITHIN_MS = 30_000;

/**
 * Waits until a gateway reports that every part works. After the deadline a gateway that is ready is enough.
 * @throws Fault naming the parts that do not work when the gateway is not ready by then
 */
export async function awaitHealth(rest: string, signal: AbortSignal): Promise<void> {
  const deadline = performance.now() + READY_WITHIN_MS;
  for (;;) {
    const health = await ask(`${rest}/health/ready`, signal);
    signal.throwIfAborted();
    if (health.ready && !health.degraded) return;
    if (performance.now() >= deadline) {
      if (health.ready) return;
      throw new Fault(`${rest}/health/ready is not ready after ${READY_WITHIN_MS / 1000} s: ${health.words}`);
    }
    await delay(100, undefined, { signal });
  }
}

async function ask(url: string, signal: AbortSignal): Promise<{ ready: boolean; degraded: boolean; words: string }> {
  try {
    const response = await fetch(url, { signal: AbortSignal.any([signal, AbortSignal.timeout(5000)]) });
    const body = (await response.json()) as { degraded?: boolean; parts?: Record<string, string> };
    const down = Object.entries(body.parts ?? {}).filter(([, state]) => state !== 'ok');
    const words = down.map(([part, state]) => `${part} ${state}`).join(', ') || `status ${response.status}`;
    return { ready: response.ok, degraded: body.degraded === true, words };
  } catch (error) {
    return { ready: false, degraded: true, words: String(error) };
  }
}
