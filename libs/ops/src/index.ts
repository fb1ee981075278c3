export { createMetrics, type Metrics } from './metrics.ts';
export { countRefusals, countRequests, countSetAside } from './process-metrics.ts';
export { type Health, type OpsServer, startOpsServer } from './server.ts';
