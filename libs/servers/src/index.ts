export { ServerError } from './errors.ts';
export { type NatsOptions, type NatsUsers, startNats } from './nats.ts';
export { checkNats } from './nats-greeting.ts';
export { freePort, isPortFree } from './ports.ts';
export { type PostgresOptions, startPostgres } from './postgres.ts';
export { type PrepareDatabaseOptions, prepareDatabase } from './prepare-database.ts';
export { isRunning, stopStale } from './process-table.ts';
export type { RoleOptions } from './roles.ts';
export type { Exit, RunningServer } from './server-process.ts';
