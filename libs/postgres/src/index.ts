export { checkServer, LEAST_POSTGRES, unfitServer } from './check-server.ts';
export { createClient, type DriverOptions, driverOptions } from './connection-options.ts';
export { sessionOptions } from './session.ts';
