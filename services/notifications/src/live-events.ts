import type { Bus } from '@vestnik/bus';
import { type Device, encodeLive, eventFrame, liveSubjects, type Preferences } from '@vestnik/contracts';

/** Publishes that a user's preferences changed, to the user's sockets. The event may be lost; clients then fetch them. */
export function publishPreferences(bus: Bus, userId: number, preferences: Preferences): void {
  bus.publish(
    liveSubjects.preferencesUpdated(userId),
    encodeLive({}, [eventFrame('preferences_updated', { preferences })]),
  );
}

/** Publishes that a user registered a device, without its secret, to the user's sockets: a thief's device is seen. */
export function publishRegistration(bus: Bus, userId: number, device: Device): void {
  bus.publish(liveSubjects.deviceRegistered(userId), encodeLive({}, [eventFrame('device_registered', { device })]));
}
