export { type Format, flag, integer, limit, list, oneOf, port, portOrNone, text } from './formats.ts';
export { type PostgresAddress, readPostgresUrl } from './postgres-url.ts';
export {
  type ChangeConfig,
  changeSettings,
  decisionSettings,
  processSettings,
  readDatabaseUrl,
  type ServiceConfig,
  serviceSettings,
} from './service-settings.ts';
export {
  type ConfigOf,
  type DescribedSettings,
  describeSettings,
  type Environment,
  type Setting,
  SettingError,
  type SettingRow,
  type Settings,
  setting,
} from './settings.ts';
