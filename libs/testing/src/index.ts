export { type Account, createAccount, type HeldConversation } from './account.ts';
export { accountDifference } from './account-difference.ts';
export { atOnce } from './at-once.ts';
export { type SelfSigned, selfSigned } from './certificate.ts';
export { CHROMIUM_FLAGS, findChromium } from './chromium.ts';
export { type Churn, type ChurnOptions, startChurn } from './churn.ts';
export type { ClientFigures } from './client-figures.ts';
export { type Connection, ConnectionLost, NoReply, openConnection, Refusal } from './connection.ts';
export { type ControlledServer, inTurn } from './controlled-server.ts';
export { CRASH_POINTS, type CrashPoint, crashSettings } from './crash-points.ts';
export { discover } from './discover.ts';
export { type DnsServer, startDnsServer } from './dns-server.ts';
export {
  type Acknowledged,
  createLedger,
  deleteAndNote,
  editAndNote,
  headsOf,
  type Ledger,
  markerOf,
  readAndNote,
  sendAndNote,
} from './ledger.ts';
export { endProcess } from './node-process.ts';
export { type PatientRest, patientRest } from './patient-rest.ts';
export { patiently } from './patiently.ts';
export { type PlayedConversation, untilHeld } from './played-conversation.ts';
export { type PlayedSystem, playOn, type Readiness, readiness } from './played-system.ts';
export { type PushReceiver, type ReceivedPush, startPushReceiver } from './push-receiver.ts';
export {
  createReconnectingClient,
  type ReconnectingClient,
  type ReconnectingClientOptions,
} from './reconnecting-client.ts';
export { type RestReply, restClient } from './rest-client.ts';
export { runSql } from './run-sql.ts';
export { type ServerOptions, startServers } from './servers.ts';
export { migrateService, type SystemProcess, startServiceProcess } from './service-process.ts';
export { patience } from './slowness.ts';
export { createTestClient, type Frame, type TestClient } from './socket-client.ts';
export { stopWithSuite } from './suite-stops.ts';
export { type System, type SystemOptions, startSystem } from './system.ts';
export { type Rewriting, startTcpProxy, type TcpProxy } from './tcp-proxy.ts';
export { connectTestBus } from './test-bus.ts';
export type { TestServers } from './test-servers.ts';
export { SECRET, token } from './tokens.ts';
export { startTraffic, type Traffic } from './traffic.ts';
export { until } from './until.ts';
export { judge, type ReceiverVerdict, type Verdict } from './verdict.ts';
