import { type Loop, startLoop } from '@vestnik/lifecycle';
import type { Context } from './context.ts';
import { dropSilentGateways, SILENCE_SECONDS } from './use-cases/drop-silent-gateways.ts';
import { takeUsersOffline } from './use-cases/take-users-offline.ts';

const SWEEP_INTERVAL_MS = 500;

/** Starts the loop that drops silent gateways and ends graces. Any number of instances share the work. */
export function startSweeper(context: Context): Loop {
  // An instance that was cut off itself has heard no gateway: it judges only after listening for the whole time.
  let listeningSince = Date.now();
  const listenAnew = () => {
    listeningSince = Date.now();
  };
  context.bus.onEventsMissed(listenAnew);

  return startLoop({
    name: 'sweep',
    everyMs: SWEEP_INTERVAL_MS,
    logger: context.logger,
    async run() {
      try {
        const listenedMs = context.bus.isConnected() ? Date.now() - listeningSince : 0;
        if (listenedMs >= SILENCE_SECONDS * 1_000) await dropSilentGateways(context);
        await takeUsersOffline(context);
      } catch (error) {
        listenAnew();
        throw error;
      }
    },
  });
}
