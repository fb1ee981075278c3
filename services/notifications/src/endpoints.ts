import type { Handlers } from '@vestnik/bus';
import type { notificationsEndpoints } from '@vestnik/contracts';
import type { Context } from './context.ts';
import { countDevices } from './use-cases/count-devices.ts';
import { getPreferences } from './use-cases/get-preferences.ts';
import { listDevices } from './use-cases/list-devices.ts';
import { registerDevice } from './use-cases/register-device.ts';
import { removeDevice } from './use-cases/remove-device.ts';
import { replaceToken } from './use-cases/replace-token.ts';
import { resumePushes } from './use-cases/resume-pushes.ts';
import { setPreferences } from './use-cases/set-preferences.ts';

/** Endpoint → use case. */
export function createHandlers(context: Context): Handlers<typeof notificationsEndpoints> {
  return {
    registerDevice: (input) => registerDevice(context, input),
    replaceToken: (input) => replaceToken(context, input),
    listDevices: (input) => listDevices(context, input),
    countDevices: (input) => countDevices(context, input),
    removeDevice: (input) => removeDevice(context, input),
    getPreferences: (input) => getPreferences(context, input),
    setPreferences: (input) => setPreferences(context, input),
    resumePushes: (input) => resumePushes(context, input),
  };
}
