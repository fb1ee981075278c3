import type { ChildProcess } from 'node:child_process';
import type { Socket } from 'node:net';
import type { ServiceName } from '@vestnik/contracts';
import { becomesReady, endProcess, type NodeProcess, spawnNode } from './node-process.ts';
import { patience } from './slowness.ts';

/** A service to run, and the environment in which it would run as a process of its own. */
export interface Wanted {
  service: ServiceName;
  env: Record<string, string>;
}

/** A request to a host: it starts services, or it stops those that it has started and then writes the line `idle`. */
export type HostRequest = { start: Wanted[] } | { idle: string };

/** A process that runs the services of one suite at a time. */
export interface ServiceHost {
  child: ChildProcess;
  /** Everything that it has written for this suite. */
  output(): string;
  /** Starts services and waits until all are ready. */
  start(wanted: Wanted[]): Promise<void>;
  /**
   * Stops the services in order. Then the host is there for the next suite, which need not load all modules again. A host
   * whose services do not stop in order is killed. May be called more than once.
   */
  release(): Promise<void>;
}

/** The hosts of the process that runs suites. */
export interface ServiceHosts {
  /** Hands out a host that no suite has. */
  take(): ServiceHost;
  /** Ends the hosts that no suite has. */
  end(): Promise<void>;
}

/** How long services may take to stop, in milliseconds; as in a process of their own. */
const STOP_WITHIN_MS = 8_000;

/** Where the environment of suites puts the hosts, which outlive a suite; see suite-environment.mjs. */
const HOSTS = Symbol.for('vestnik.service-hosts');

/** Returns the hosts of this process. */
export function serviceHosts(): ServiceHosts {
  const holder = globalThis as { [HOSTS]?: ServiceHosts };
  return (holder[HOSTS] ??= createServiceHosts());
}

function createServiceHosts(): ServiceHosts {
  const idle: NodeProcess[] = [];
  let stops = 0;

  /** Stops the services of a host; true when they have stopped in order. */
  async function stopServices(host: NodeProcess): Promise<boolean> {
    const { child, output } = host;
    if (!child.connected) return false;
    const line = `idle ${(stops += 1)}`;
    const outcome = Promise.withResolvers<boolean>();
    // The line comes behind all that the services have written, so that the next suite does not find it as its own.
    const look = () => output().includes(line) && outcome.resolve(true);
    const fail = () => outcome.resolve(false);
    const timer = setTimeout(fail, patience(STOP_WITHIN_MS));
    child.stdout?.on('data', look);
    child.once('exit', fail);
    child.kill('SIGCONT');
    child.send({ idle: line } satisfies HostRequest, (error) => error && fail());
    const stopped = await outcome.promise;
    clearTimeout(timer);
    child.stdout?.off('data', look);
    child.off('exit', fail);
    return stopped;
  }

  return {
    take() {
      const host = idle.pop() ?? spawnNode(['libs/testing/src/services-together.ts'], {});
      let text: string | undefined;
      let isReady = false;
      let releasing: Promise<void> | undefined;
      const release = async () => {
        const isReusable = isReady && (await stopServices(host));
        text = host.output();
        host.forget();
        if (!isReusable) await endProcess(host, 'SIGKILL');
        else idle.push(host);
        keepAwake(host, false);
      };
      keepAwake(host, true);
      return {
        child: host.child,
        output: () => text ?? host.output(),
        async start(wanted) {
          const ready = becomesReady('the system', host);
          host.child.send({ start: wanted } satisfies HostRequest, () => undefined);
          await ready;
          isReady = true;
        },
        release: () => (releasing ??= release()),
      };
    },
    async end() {
      await Promise.all(idle.splice(0).map((host) => endProcess(host, 'SIGKILL')));
    },
  };
}

/** Sets whether a host keeps the process awake that has started it. */
function keepAwake({ child }: NodeProcess, awake: boolean): void {
  const how = awake ? 'ref' : 'unref';
  child[how]();
  child.channel?.[how]();
  for (const stream of [child.stdout, child.stderr]) (stream as Socket | null)?.[how]();
}
