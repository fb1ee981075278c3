export { type RestReply, restClient } from './rest-client.ts';
export { startServers, type TestServers } from './servers.ts';
export { endProcess, migrateService, type SystemProcess, startServiceProcess } from './service-process.ts';
export { createTestClient, type Frame, type TestClient } from './socket-client.ts';
export { type System, type SystemOptions, startSystem } from './system.ts';
export { SECRET, token } from './tokens.ts';
export { until } from './until.ts';
