export { countRefusals, createMetrics, type Metrics } from './metrics.ts';
export { type Health, type OpsServer, startOpsServer } from './server.ts';
