import type { Address, DoorName } from '../load/plan.ts';
import type { MeasuredProcess } from '../measure/processes.ts';

/** The systems that are compared. */
export type SystemName = 'vestnik' | 'comparator';

/** A history to measure reading on. */
export interface History {
  /** Messages in all. */
  messages: number;
  /** Their ids begin with 1. */
  users: number;
  /** One conversation that holds a fifth of all messages; the first users are in it. */
  deep: { id: number; readers: number };
  /** The others share the rest evenly. */
  conversationIds: number[];
}

/** REST paths of one caller, and where they lead in a history. */
export interface ReadPaths {
  list: string;
  first: string;
  /** A page as many messages deep as a tenth of the history has. */
  deep: string;
  unread: string;
}

/** A history to search in: real texts in many conversations. */
export interface SearchHistory {
  messages: number;
  /** Stored over and over. */
  texts: readonly string[];
  /** These users are in as many of the conversations as `conversationsEach` says. */
  firstUser: number;
  users: number;
  conversationsEach: number;
  conversations: number;
}

/** How large a search index is, and how long it took to fill. */
export interface SearchIndexSize {
  seconds: number;
  bytes: number;
  /** Bytes of the texts in it. */
  textBytes: number;
}

/** A system that loads are run against. */
export interface RunningSystem {
  name: SystemName;
  /** The addresses of each door. */
  doors: Partial<Record<DoorName, { addresses: Address[]; saysReady: boolean }>>;
  rest: Address[];
  /** HS256 key of the tokens. */
  secret: string;
  /** Every server process, database and bus included. */
  processes: MeasuredProcess[];
  /** The process that holds the sockets, by name. */
  doorProcess: string;
  /** Where profiles are written. */
  profileFolder: string;
  /** Makes a direct conversation of two users. */
  createDirect(userId: number, otherId: number): Promise<number>;
  /** Makes a group; the first user is its owner. */
  createGroup(userIds: readonly number[]): Promise<number>;
  /** Writes a history straight into the database; the system is to be started again behind it. */
  seed(history: History): Promise<void>;
  readPaths(history: History): ReadPaths;
  /** Writes a history to search in straight into the database; the system is to be started again behind it. */
  seedSearch(history: SearchHistory): Promise<void>;
  /** Waits until all messages are in the search index. */
  searchIndex(): Promise<SearchIndexSize>;
  /** The last lines that its processes have logged. */
  lastWords(): Promise<string>;
  /** Stops all processes and starts them again on the same data. */
  restart(): Promise<RunningSystem>;
  /** Stops all processes and removes the files. */
  stop(): Promise<void>;
}
