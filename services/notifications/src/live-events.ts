import type { Bus } from '@vestnik/bus';
import { encodeLive, eventFrame, liveSubjects, type Preferences } from '@vestnik/contracts';

/** Publishes that a user's preferences changed, to the user's sockets. The event may be lost; clients then fetch them. */
export function publishPreferences(bus: Bus, userId: number, preferences: Preferences): void {
  bus.publish(
    liveSubjects.preferencesUpdated(userId),
    encodeLive({}, [eventFrame('preferences_updated', { preferences })]),
  );
}
