export { createMetrics, type Metrics } from './metrics.ts';
export {
  countRequests,
  countSetAside,
  OUTCOMES,
  type PoolUse,
  showStreams,
  type WatchedBus,
  watchBus,
  watchPool,
  watchWrites,
} from './process-metrics.ts';
export { type HealthReport, type OpsServer, type PartState, startOpsServer } from './server.ts';
export { VERSION } from './version.ts';
