import { REVOCATION_STORED } from '@vestnik/contracts';
import { type Loop, startLoop } from '@vestnik/lifecycle';
import type { Context } from './context.ts';
import { canonicalizeTargets } from './use-cases/canonicalize-targets.ts';
import { deleteOldPushes } from './use-cases/delete-old-pushes.ts';
import { settleHeldPushes } from './use-cases/settle-held-pushes.ts';
import { signAbandonedDevicesOut } from './use-cases/sign-abandoned-devices-out.ts';
import { createSignOut } from './use-cases/sign-devices-out.ts';

/** How often the service settles held pushes, in milliseconds. */
const SETTLE_MS = 1_000;
/** How often the service looks for old records and for devices of older releases, in milliseconds. */
const UPKEEP_MS = 60_000;

/** Loop → use case. Any number of instances run the same loops: row locks and states keep them apart. */
export function startLoops(context: Context): Loop[] {
  const { bus, logger } = context;
  const signOut = startLoop({ name: 'sign devices out', everyMs: UPKEEP_MS, logger, run: createSignOut(context) });
  bus.subscribe(REVOCATION_STORED, () => signOut.wake());
  return [
    signOut,
    startLoop({ name: 'settle held pushes', everyMs: SETTLE_MS, logger, run: () => settleHeldPushes(context) }),
    startLoop({ name: 'delete old pushes', everyMs: UPKEEP_MS, logger, run: () => deleteOldPushes(context) }),
    startLoop({
      name: 'sign abandoned devices out',
      everyMs: UPKEEP_MS,
      logger,
      run: () => signAbandonedDevicesOut(context),
    }),
    startLoop({ name: 'canonicalize targets', everyMs: UPKEEP_MS, logger, run: () => canonicalizeTargets(context) }),
  ];
}
