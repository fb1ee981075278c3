import { setTimeout as delay } from 'node:timers/promises';
import type { ControlledServer, ReconnectingClient, TcpProxy } from '@vestnik/testing';
import type { Keeper } from './keeper.ts';
import { type Fault, type Link, type ServerName, SLOWER_MS } from './plan.ts';
import type { Replay } from './replay.ts';

/** Everything that faults can hit. */
export interface Targets {
  keeper: Keeper;
  servers: Record<ServerName, ControlledServer>;
  links: ReadonlyMap<Link, TcpProxy>;
  clients: readonly ReconnectingClient[];
  replay: Replay;
  /** Ends a fault that lasts. */
  signal: AbortSignal;
}

/** Messages that every client sends into a link that carries nothing, and the characters of each. */
const FILL = { messages: 6, characters: 8_000 };

/** Makes a fault happen. Resolves when it is over and everything that it took away is back. */
export async function happen(fault: Fault, targets: Targets): Promise<void> {
  const { keeper, servers, clients, replay } = targets;
  const last = (ms: number) => delay(ms, undefined, { signal: targets.signal }).catch(() => undefined);
  switch (fault.kind) {
    case 'process killed':
      return keeper.end(fault.target, 'SIGKILL');
    case 'process stopped':
      return keeper.end(fault.target, 'SIGTERM');
    case 'process killed twice':
      await keeper.end(fault.target, 'SIGKILL');
      await last(fault.pauseMs);
      return keeper.end(fault.target, 'SIGKILL');
    case 'process frozen': {
      const thaw = keeper.freeze(fault.target);
      await last(fault.ms);
      thaw();
      return;
    }
    case 'server killed': {
      const server = servers[fault.target];
      await server.kill();
      await last(fault.ms);
      return server.start();
    }
    case 'server frozen': {
      const server = servers[fault.target];
      await server.freeze();
      await last(fault.ms);
      return server.thaw();
    }
    case 'link cut':
    case 'link held':
    case 'link filled':
    case 'link slow': {
      const proxy = targets.links.get(fault.target);
      if (!proxy) throw new Error(`There is no link ${fault.target}`);
      if (fault.kind === 'link cut') proxy.cut();
      else if (fault.kind === 'link slow') proxy.slow(SLOWER_MS);
      else proxy.hold();
      if (fault.kind === 'link filled') replay.burst(FILL.messages, FILL.characters);
      await last(fault.ms);
      proxy.mend();
      return;
    }
    case 'sockets cut':
    case 'sockets cut in a frame':
      for (const index of fault.clients) clients[index]?.cut(fault.kind === 'sockets cut in a frame');
      return;
    case 'burst':
      replay.burst(fault.messages);
  }
}
