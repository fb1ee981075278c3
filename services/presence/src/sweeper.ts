import { type Loop, startLoop } from '@vestnik/lifecycle';
import type { Context } from './context.ts';
import { dropSilentGateways, SILENCE_SECONDS } from './use-cases/drop-silent-gateways.ts';
import { takeUsersOffline } from './use-cases/take-users-offline.ts';

const SWEEP_INTERVAL_MS = 500;

/** Starts what time brings about: silent gateways are dropped, graces end. Any number of instances share the work. */
export function startSweeper(context: Context): Loop {
  // A gateway is judged only by who could have heard it: not by an instance that was away itself.
  let hearingSince = Date.now();
  const deaf = () => {
    hearingSince = Date.now();
  };
  context.bus.onEventsMissed(deaf);

  return startLoop({
    name: 'sweep',
    everyMs: SWEEP_INTERVAL_MS,
    logger: context.logger,
    async run() {
      try {
        const hearsFor = context.bus.isConnected() ? Date.now() - hearingSince : 0;
        if (hearsFor >= SILENCE_SECONDS * 1_000) await dropSilentGateways(context);
        await takeUsersOffline(context);
      } catch (error) {
        deaf();
        throw error;
      }
    },
  });
}
