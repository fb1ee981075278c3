import type { SystemName } from '../systems/running-system.ts';
import type { MessageScenario } from './messages.ts';
import type { ReadScenario } from './reading.ts';
import type { ReturnScenario } from './returns.ts';
import type { SearchScenario } from './search.ts';
import type { SocketScenario } from './sockets.ts';
import type { SyncScenario } from './sync.ts';

/** Something that can be measured by name. */
export type Scenario = (
  | MessageScenario
  | SocketScenario
  | ReturnScenario
  | ReadScenario
  | SearchScenario
  | SyncScenario
) & {
  /** Against which systems; both by default. */
  systems?: SystemName[];
  /** Part of the whole table; only by its name otherwise. */
  byNameOnly?: boolean;
  /** `INSTANCES` that it needs, by default. */
  instances?: string;
  /** Needs a system that nothing was run on before. */
  onFreshSystem?: boolean;
};

const direct = { kind: 'messages', conversations: 50, people: 2, senders: 1, door: 'native' } as const;

/** Every scenario, by name, in the order of the table. */
export const SCENARIOS: Record<string, Scenario> = {
  'direct-1': {
    ...direct,
    title: 'direct, 50 conversations, 1 in flight each',
    pace: { kind: 'closed', inFlight: 1, settle: 'acknowledged' },
  },
  'direct-alone': {
    ...direct,
    conversations: 1,
    title: 'direct, one conversation, 1 in flight: a message with nobody beside it',
    pace: { kind: 'closed', inFlight: 1, settle: 'acknowledged' },
  },
  'direct-16': {
    ...direct,
    title: 'direct, 50 conversations, 16 in flight each',
    pace: { kind: 'closed', inFlight: 16, settle: 'acknowledged' },
  },
  'groups-20': {
    kind: 'messages',
    title: '10 groups × 20, 16 senders each, 1 in flight each until all have it',
    conversations: 10,
    people: 20,
    senders: 16,
    door: 'native',
    pace: { kind: 'closed', inFlight: 1, settle: 'delivered' },
  },
  'group-1000': {
    kind: 'messages',
    title: 'one group × 1,000, 16 senders, 1 in flight each until all have it',
    conversations: 1,
    people: 1_000,
    senders: 16,
    door: 'native',
    pace: { kind: 'closed', inFlight: 1, settle: 'delivered' },
  },
  'steady-1000': {
    ...direct,
    title: 'open loop, 1,000 msg/s',
    pace: { kind: 'open', phases: [{ rate: 1_000, seconds: 8 }] },
  },
  'steady-5000': {
    ...direct,
    title: 'open loop, 5,000 msg/s',
    pace: { kind: 'open', phases: [{ rate: 5_000, seconds: 8 }] },
    systems: ['vestnik'],
  },
  burst: {
    ...direct,
    title: 'open loop, 1,000 msg/s with 10,000 for 2 s',
    pace: {
      kind: 'open',
      phases: [
        { rate: 1_000, seconds: 2 },
        { rate: 10_000, seconds: 2 },
        { rate: 1_000, seconds: 6 },
      ],
    },
    systems: ['vestnik'],
  },
  replay: {
    kind: 'messages',
    title: 'a channel of people replayed line by line into one group, faster than real time',
    conversations: 1,
    people: 0,
    senders: 0,
    door: 'native',
    pace: { kind: 'replay', lines: [] },
    byNameOnly: true,
  },
  'socket-io-1': {
    ...direct,
    title: 'direct-1 through the Socket.IO door',
    door: 'socket.io',
    pace: { kind: 'closed', inFlight: 1, settle: 'acknowledged' },
    systems: ['vestnik'],
  },
  'socket-io-16': {
    ...direct,
    title: 'direct-16 through the Socket.IO door',
    door: 'socket.io',
    pace: { kind: 'closed', inFlight: 16, settle: 'acknowledged' },
    systems: ['vestnik'],
  },
  connects: {
    kind: 'sockets',
    title: 'authenticated connects, one group of 20 each, 64 at a time',
    idle: false,
    users: 14_000,
    usersOfComparator: 1_000,
    conversationsEach: 1,
    people: 20,
  },
  'connects-again': {
    kind: 'sockets',
    title: 'the same by users who have been here before',
    idle: false,
    again: true,
    users: 14_000,
    usersOfComparator: 1_000,
    conversationsEach: 1,
    people: 20,
  },
  'idle-memory': {
    kind: 'sockets',
    title: 'idle sockets of users with 20 conversations each',
    idle: true,
    users: 10_000,
    usersOfComparator: 1_500,
    conversationsEach: 20,
    people: 200,
    onFreshSystem: true,
  },
  'return-5000': {
    kind: 'returns',
    title: 'a gateway is killed and its 5,000 users come back at once; 500 msg/s of others meanwhile',
    users: 5_000,
    people: 20,
    rate: 500,
    seconds: 10,
    systems: ['vestnik'],
    instances: 'gateway=2',
    onFreshSystem: true,
    byNameOnly: true,
  },
  'rest-10k': { kind: 'reading', messages: 10_000, systems: ['vestnik'], onFreshSystem: true },
  'rest-1m': { kind: 'reading', messages: 1_000_000, onFreshSystem: true },
  search: { kind: 'search', systems: ['vestnik'], onFreshSystem: true, byNameOnly: true },
  sync: { kind: 'sync', systems: ['vestnik'], onFreshSystem: true, byNameOnly: true },
  'rest-10m': { kind: 'reading', messages: 10_000_000, systems: ['vestnik'], onFreshSystem: true, byNameOnly: true },
};
