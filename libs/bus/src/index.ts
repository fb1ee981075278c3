export { addressesFor } from './addresses.ts';
export { type Bus, type BusOptions, connectBus } from './bus.ts';
export { streamFault } from './check-stream.ts';
export { type ConsumeOptions, type Consumption, consume } from './consume.ts';
export { DISCOVERY_INBOX, permissionsOf } from './permissions.ts';
export { type OperatorAddresses, prepareBus } from './prepare-bus.ts';
export { publishPersonRevocation, publishRevocation, type StoredRevocation } from './revoke.ts';
export {
  type Handlers,
  type Outcome,
  type RequestContext,
  type ServedService,
  type ServeOptions,
  serve,
} from './serve.ts';
export { accountOfStream, passwordEnvironment, passwordVariable, usersConfiguration } from './server-configuration.ts';
export { ensureStream, openStream, publishDurable, readStream, type StoredEvent, usedShareOf } from './streams.ts';
