export { flag, integer, limit, list, port } from './kinds.ts';
export { describeSettings, type Environment, readSettings, SettingError } from './read-settings.ts';
export {
  processSettings,
  readDatabaseUrl,
  type ServiceConfig,
  serviceConfigOf,
  serviceSettings,
} from './service-settings.ts';
