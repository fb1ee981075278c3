import type { Latency } from '../measure/histogram.ts';

/** Which wire a load client speaks. */
export type DoorName = 'native' | 'socket.io';

/** Where sockets connect. */
export interface Address {
  host: string;
  port: number;
}

/** A conversation that messages are sent into. */
export interface LoadConversation {
  id: number;
  /** Everybody in it; each holds one socket. */
  userIds: number[];
  /** How many of them send, the first ones. */
  senders: number;
}

/** A phase of an open loop. */
export interface Phase {
  /** Messages per second, over all senders. */
  rate: number;
  seconds: number;
}

/** One message of a replay. */
export interface ReplayLine {
  /** Milliseconds from the start of the replay. */
  at: number;
  /** Index of the sender in its conversation. */
  sender: number;
  text: string;
}

/** When messages are sent. */
export type Pace =
  /**
   * Each sender keeps `inFlight` messages under way. One is under way until it is acknowledged; with `settle`
   * `delivered` until every socket of the conversation has it too.
   */
  | { kind: 'closed'; inFlight: number; settle: 'acknowledged' | 'delivered' }
  /** At fixed times, whatever the answers. The phases follow the warm-up, which goes at the rate of the first. */
  | { kind: 'open'; phases: Phase[] }
  /** Lines of a log at their own times, into the first conversation. */
  | { kind: 'replay'; lines: ReplayLine[] };

/** The addresses and users of a load. */
export interface Target {
  door: DoorName;
  /** The server says `ready` when delivery is live. */
  saysReady: boolean;
  /** Sockets are spread over them in turn. */
  addresses: Address[];
  /** HS256 key of the tokens. */
  secret: string;
}

/** Messages sent and every delivery checked. */
export interface MessageLoad extends Target {
  kind: 'messages';
  conversations: LoadConversation[];
  pace: Pace;
  /** Texts in turn; without them every text has 100 bytes. */
  texts: string[] | undefined;
  warmUpSeconds: number;
  /** Length of the measured window; an open loop and a replay measure as long as they last. */
  measuredSeconds: number;
}

/** Sockets opened as fast as they come. */
export interface ConnectLoad extends Target {
  kind: 'connects';
  userIds: number[];
  /** Handshakes under way at the same time. */
  concurrency: number;
  /** Sockets stay open until the process ends. */
  hold: boolean;
  /** Each user asks for the changes since a cursor, as soon as delivery is live. */
  cursors?: string[];
}

/** Sockets at the first address that are lost all at once, and come back to any of them. */
export interface ReturnLoad extends Target {
  kind: 'returns';
  userIds: number[];
}

/** Requests of one kind by callers that each keep one under way. */
export interface RequestLoad {
  kind: 'requests';
  address: Address;
  secret: string;
  /** Taken in turn. */
  requests: { userId: number; path: string }[];
  callers: number;
  warmUpSeconds: number;
  measuredSeconds: number;
}

/** The order to a load process. */
export type Load = MessageLoad | ConnectLoad | ReturnLoad | RequestLoad;

/** Counts of faults; all zero when the promise was kept. */
export interface Faults {
  /** Never came. */
  lost: number;
  /** Came again. */
  twice: number;
  /** Came behind a later one. */
  outOfOrder: number;
  /** Refused, by error code. */
  refused: Record<string, number>;
  /** Sockets that the server closed or did not let in, by close code or by its words. */
  closed: Record<string, number>;
  /** Frames whose fields did not hold together when parsed whole. */
  malformed: number;
}

/** The figures of a load of messages in its window. */
export interface MessageReport {
  kind: 'messages';
  /** Seconds of the window. */
  seconds: number;
  /** Acknowledged in the window. */
  messages: number;
  /** Received in the window, over all sockets. */
  deliveries: number;
  acknowledged: Latency;
  delivered: Latency;
  /** How much later than meant messages were sent: the load process' own share in the latencies. */
  sentLate: Latency;
  /** Over the whole run, warm-up and the end included. */
  faults: Faults;
  /** Milliseconds after the last phase but one until everything due before its end was delivered to all. */
  drainedAfter: number | undefined;
}

/** The figures of a load of connects. */
export interface ConnectReport {
  kind: 'connects';
  seconds: number;
  connects: number;
  latency: Latency;
  failed: Record<string, number>;
}

/** The figures of a return. */
export interface ReturnReport {
  kind: 'returns';
  /** From the first loss until all users were back. */
  seconds: number;
  back: number;
  /** How long each was away. */
  away: Latency;
  /** Refusals that named a time to come again; and how many of each time. */
  toldToRetry: number;
  retryAfter: Record<string, number>;
  /** Attempts that came to nothing, by the server's or the system's words. */
  notLetIn: Record<string, number>;
}

/** The figures of a load of requests in its window. */
export interface RequestReport {
  kind: 'requests';
  seconds: number;
  requests: number;
  latency: Latency;
  /** Answers other than 200, by status. */
  failed: Record<string, number>;
  /** Bytes of the last body, to see that it was a full one. */
  bodyBytes: number;
}

/** The report of a load process. */
export type Report = MessageReport | ConnectReport | ReturnReport | RequestReport;

/** The events of a load process while it works. */
export type LoadEvent = { event: 'begin' } | { event: 'end' } | { event: 'report'; report: Report };
