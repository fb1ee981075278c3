import type { Handlers } from '@vestnik/bus';
import { healthEndpoint, notificationsEndpoints } from '@vestnik/contracts';
import type { Context } from './context.ts';
import { getHealth } from './use-cases/get-health.ts';
import { getPreferences } from './use-cases/get-preferences.ts';
import { listDevices } from './use-cases/list-devices.ts';
import { registerDevice } from './use-cases/register-device.ts';
import { removeDevice } from './use-cases/remove-device.ts';
import { setPreferences } from './use-cases/set-preferences.ts';

/** Every request that this service answers. */
export const endpoints = { ...notificationsEndpoints, health: healthEndpoint('notifications') };

/** Endpoint → use case. */
export function createHandlers(context: Context): Handlers<typeof endpoints> {
  return {
    registerDevice: (input) => registerDevice(context, input),
    listDevices: (input) => listDevices(context, input),
    removeDevice: (input) => removeDevice(context, input),
    getPreferences: (input) => getPreferences(context, input),
    setPreferences: (input) => setPreferences(context, input),
    health: () => getHealth(context),
  };
}
