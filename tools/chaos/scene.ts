import type { Message, ServiceName } from '@vestnik/contracts';
import {
  createAccount,
  type PlayedSystem,
  type PushReceiver,
  playOn,
  type System,
  type SystemProcess,
  startPushReceiver,
  startSystem,
  startTcpProxy,
  type TcpProxy,
} from '@vestnik/testing';
import { type Keeper, keepRunning } from './keeper.ts';
import { createListening, type Listening } from './listening.ts';
import { GATEWAYS, type Link, type Place, SERVICES } from './plan.ts';
import { createSilence, type Silence } from './silence.ts';
import { openSocketIoConnection } from './socket-io-connection.ts';

/** A system of its own with all its clients. */
export interface Scene {
  system: System;
  played: PlayedSystem;
  keeper: Keeper;
  links: ReadonlyMap<Link, TcpProxy>;
  receiver: PushReceiver;
  silence: Silence;
  guest: Listening;
  /** The conversation in which the guest comes and goes. */
  changing: number;
  /** Connects a user whose messages are not judged as those of the players are. */
  listen(userId: number, token: string, onLive: (message: Message) => void): Promise<unknown>;
}

/** How a scene is set. */
export interface SceneOptions {
  clients: number;
  natsCluster: boolean;
}

/** Calls that end what was started, to be made in the opposite order. */
export type Undo = (() => Promise<unknown>)[];

/** Users besides the players: one is added and removed all the time, one never connects and has a device. */
export const GUEST = 9_001;
const ABSENT = 9_002;
/** Newest messages of each conversation in the account of a client. */
const MESSAGES_KEPT = 100;
/** Every so many-th client speaks Socket.IO, the others the native protocol. */
const SOCKET_IO_EVERY = 4;

/**
 * Starts servers, services and gateways with a TCP proxy on each link between them, and connects `clients` clients through
 * the proxies. In a cluster of nats-servers a process has its proxy before one of them, and the ways to the others beside it.
 * `undo` gets a call for each part that was started, also when a later part fails.
 */
export async function setScene({ clients, natsCluster }: SceneOptions, undo: Undo): Promise<Scene> {
  const receiver = await startPushReceiver();
  undo.push(() => receiver.stop());
  const system = await startSystem({
    instances: { gateway: 0, conversations: 0, messages: 0, presence: 0, notifications: 0 },
    settings: { PRESENCE_GRACE_SECONDS: '1' },
    separateProcesses: true,
    ownPostgres: true,
    natsCluster,
  });
  undo.push(() => system.stop());

  const links = new Map<Link, TcpProxy>();
  const lay = async (link: Link, url: string): Promise<string> => {
    const proxy = await startTcpProxy(url);
    // Last of all: a process that stops in order needs its links.
    undo.unshift(() => proxy.stop());
    links.set(link, proxy);
    return proxy.url;
  };
  const settings = new Map<Place, Record<string, string>>();
  const processes = new Map<Place, SystemProcess>();
  const start = async (place: Place): Promise<void> => {
    const service = place.split('-')[0] as ServiceName;
    const addresses = system.servers.natsUrls[service].split(',');
    const near = links.size % addresses.length;
    addresses[near] = await lay(`${place} to bus`, addresses[near] ?? '');
    const own: Record<string, string> = { NATS_URL: addresses.join(',') };
    if (service !== 'gateway') {
      const link = `${place as (typeof SERVICES)[number]} to database` as const;
      own['DATABASE_URL'] = await lay(link, system.servers.databaseUrls[service]);
    }
    settings.set(place, own);
    processes.set(place, await system.startProcess(service, undefined, own));
  };
  const started = await Promise.allSettled(SERVICES.map(start));
  for (const outcome of started) if (outcome.status === 'rejected') throw outcome.reason;
  // One after the other, so that the first gateway is the first of the system's.
  for (const place of GATEWAYS) await start(place);
  const socketUrls: string[] = [];
  for (const [index, place] of GATEWAYS.entries()) {
    socketUrls.push(await lay(`clients to ${place}`, system.socketUrl(index)));
  }

  const keeper = keepRunning(system, processes, (place) => settings.get(place) ?? {});
  undo.push(() => keeper.stop());
  const silence = createSilence();
  const played = await playOn(system, clients, (userId) => ({
    socketUrls: () => socketUrls,
    onMessage: () => silence.received(userId),
    account: createAccount(MESSAGES_KEPT),
    ...(userId % SOCKET_IO_EVERY === 0 && { open: openSocketIoConnection }),
  }));
  const guest = createListening();
  const changing = await letOthersIn(system, played, receiver);
  const { onEvent, onLive } = guest;
  const account = createAccount(MESSAGES_KEPT);
  await system.reconnecting(GUEST, { mayBeRemoved: true, account, socketUrls: () => socketUrls, onEvent, onLive });
  const listen: Scene['listen'] = (userId, token, onLive) =>
    system.reconnecting(userId, { token, mayBeRemoved: true, socketUrls: () => socketUrls, onLive });
  return { system, played, keeper, links, receiver, silence, guest, changing, listen };
}

/** Adds ABSENT, with a device, to the group of all, and makes a group for GUEST. Returns the id of the group for GUEST. */
async function letOthersIn(system: System, played: PlayedSystem, receiver: PushReceiver): Promise<number> {
  const [owner, second] = played.clients;
  const [groupOfAll] = played.conversations;
  if (!owner || !second || !groupOfAll) throw new Error('there are no clients');
  const device = { provider: 'webhook', target: { url: receiver.url('/absent') } };
  await (await system.rest(ABSENT))('POST', '/devices', device);
  const path = `/conversations/${groupOfAll.id}/participants`;
  await (await system.rest(owner.userId))('POST', path, { participantIds: [ABSENT] });
  const changing = await system.group([owner, second]);
  played.conversations.push(changing);
  return changing.id;
}
