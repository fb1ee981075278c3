/** The services that keep data, in the order in which they are started and shown; role and schema bear the name of each. */
export const DATA_SERVICES = ['conversations', 'messages', 'presence', 'notifications'] as const;

/** A service that keeps data. */
export type DataService = (typeof DATA_SERVICES)[number];

/** Everything that answers requests on the bus; the gateway, which keeps no data, answers ops only. */
export const SERVICES = ['gateway', ...DATA_SERVICES] as const;

/** A service by name. */
export type ServiceName = (typeof SERVICES)[number];
