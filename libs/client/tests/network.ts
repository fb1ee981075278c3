import { type Rewriting, type System, startTcpProxy } from '@vestnik/testing';

/** The states of a network: it ends every connection (`cut`), carries nothing (`hold`), or works again (`mend`). */
export type Weather = 'cut' | 'hold' | 'mend';

/** The network between a client and a gateway, which a test breaks: socket and REST together. */
export interface Network {
  readonly url: string;
  readonly socketUrl: string;
  become(weather: Weather): void;
  stop(): Promise<void>;
}

/** Starts a network to a gateway; `rewriting` changes what passes the socket. */
export async function startNetwork(system: System, gateway: number, rewriting: Rewriting = {}): Promise<Network> {
  const [rest, socket] = await Promise.all([
    startTcpProxy(system.restUrl(gateway)),
    startTcpProxy(system.socketUrl(gateway), rewriting),
  ]);
  const links = [rest, socket];
  return {
    url: rest.url,
    socketUrl: socket.url,
    become(weather) {
      for (const link of links) link[weather]();
    },
    stop: async () => void (await Promise.all(links.map((link) => link.stop()))),
  };
}
