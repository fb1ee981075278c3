export { createMetrics, type Metrics } from './metrics.ts';
export { countRefusals, countRequests, countSetAside, showStreams } from './process-metrics.ts';
export { type HealthReport, type OpsServer, type PartState, startOpsServer } from './server.ts';
