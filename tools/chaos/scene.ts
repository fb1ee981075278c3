import type { ServiceName } from '@vestnik/contracts';
import {
  type PlayedSystem,
  type PushReceiver,
  playOn,
  type Relay,
  type System,
  type SystemProcess,
  startPushReceiver,
  startRelay,
  startSystem,
} from '@vestnik/testing';
import { type Keeper, keepRunning } from './keeper.ts';
import { createListening, type Listening } from './listening.ts';
import { GATEWAYS, type Link, type Place, SERVICES } from './plan.ts';
import { createSilence, type Silence } from './silence.ts';
import { openSocketIoConnection } from './socket-io-connection.ts';

/** A system of its own with everybody who plays on it. */
export interface Scene {
  system: System;
  played: PlayedSystem;
  keeper: Keeper;
  links: ReadonlyMap<Link, Relay>;
  receiver: PushReceiver;
  silence: Silence;
  guest: Listening;
  /** The conversation in which the guest comes and goes. */
  changing: number;
}

/** What ends what was begun, the last first. */
export type Undo = (() => Promise<unknown>)[];

/** Users besides the players: one who is added and removed all the time, one who is never there and has a device. */
export const GUEST = 9_001;
const ABSENT = 9_002;
/** Every so many-th client speaks Socket.IO, the others the native protocol. */
const SOCKET_IO_EVERY = 4;

/**
 * Starts servers, services and gateways with a relay in each way between them, and connects `clients` clients through the
 * relays. `undo` gets what ends it, also of what was begun before a failure.
 */
export async function setScene(clients: number, undo: Undo): Promise<Scene> {
  const receiver = await startPushReceiver();
  undo.push(() => receiver.stop());
  const system = await startSystem({
    instances: { gateway: 0, conversations: 0, messages: 0, presence: 0, notifications: 0 },
    settings: { PRESENCE_GRACE_SECONDS: '1' },
    ownPostgres: true,
  });
  undo.push(() => system.stop());

  const links = new Map<Link, Relay>();
  const lay = async (link: Link, url: string): Promise<string> => {
    const relay = await startRelay(url);
    // Last of all: who stops in order needs its ways.
    undo.unshift(() => relay.stop());
    links.set(link, relay);
    return relay.url;
  };
  const settings = new Map<Place, Record<string, string>>();
  const processes = new Map<Place, SystemProcess>();
  const start = async (place: Place): Promise<void> => {
    const service = place.split('-')[0] as ServiceName;
    const own: Record<string, string> = { NATS_URL: await lay(`${place} to bus`, system.servers.natsUrls[service]) };
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
    onMessage: () => silence.heard(userId),
    ...(userId % SOCKET_IO_EVERY === 0 && { open: openSocketIoConnection }),
  }));
  const guest = createListening();
  const changing = await letOthersIn(system, played, receiver);
  const { onEvent, onLive } = guest;
  await system.reconnecting(GUEST, { mayBeRemoved: true, socketUrls: () => socketUrls, onEvent, onLive });
  return { system, played, keeper, links, receiver, silence, guest, changing };
}

/** ABSENT into the group of all, with a device; and a group for GUEST, whose id is returned. */
async function letOthersIn(system: System, played: PlayedSystem, receiver: PushReceiver): Promise<number> {
  const [owner, second] = played.clients;
  const [everybody] = played.conversations;
  if (!owner || !second || !everybody) throw new Error('nobody plays');
  const device = { provider: 'webhook', target: { url: receiver.url('/absent') } };
  await (await system.rest(ABSENT))('POST', '/devices', device);
  const path = `/conversations/${everybody.id}/participants`;
  await (await system.rest(owner.userId))('POST', path, { participantIds: [ABSENT] });
  const changing = await system.group([owner, second]);
  played.conversations.push(changing);
  return changing.id;
}
