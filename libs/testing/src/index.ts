export { createTestClient, type Frame, type TestClient } from './socket-client.ts';
export { type RestReply, restClient } from './rest-client.ts';
export { startServers, type TestServers } from './servers.ts';
export { startSystem, type System, type SystemOptions } from './system.ts';
export { until } from './until.ts';
export { SECRET, token } from './tokens.ts';
