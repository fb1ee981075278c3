import { type Bus, connectBus } from '@vestnik/bus';
import { list } from '@vestnik/config';
import { createLogger } from '@vestnik/logging';
import { operatorsOf, readOperators } from './bus-addresses.ts';
import { Fault } from './fault.ts';
import { layoutOf } from './layout.ts';
import { readDataDir } from './settings.ts';
import { readSystem, type SystemDescription } from './system-file.ts';

/** Connects to the bus as ops, calls `work`, and closes the connection. `name` is that of the command. */
export async function withOpsBus<Result>(name: string, work: (bus: Bus) => Promise<Result>): Promise<Result> {
  const given = list.parse(process.env.NATS_URL ?? '');
  return withBus('ops', name, given.length > 0 ? given : list.parse((await runningSystem()).natsUrl), work);
}

/**
 * The same, as ops and as revoker. `gateways` is the number of gateways of the running system, undefined for the bus in
 * NATS_URL.
 */
export async function withRevokerBus<Result>(
  name: string,
  work: (buses: { ops: Bus; revoker: Bus; gateways: number | undefined }) => Promise<Result>,
): Promise<Result> {
  const given = readOperators(process.env);
  const system = given ? undefined : await runningSystem();
  const addresses = given ?? operatorsOf({ ops: system?.natsUrl ?? '', revoker: system?.revokerUrl ?? '' });
  const gateways = system?.gateways.length;
  return withBus('ops', name, addresses.ops, (ops) =>
    withBus('revoker', name, addresses.revoker, (revoker) => work({ ops, revoker, gateways })),
  );
}

async function withBus<Result>(
  user: 'ops' | 'revoker',
  name: string,
  servers: readonly string[],
  work: (bus: Bus) => Promise<Result>,
): Promise<Result> {
  const bus = await connectBus({ servers, user, name, logger: createLogger(name, 'silent') });
  try {
    return await work(bus);
  } finally {
    await bus.close();
  }
}

/** Returns the system that runs on the data folder. */
async function runningSystem(): Promise<SystemDescription> {
  const { dataDir, system } = layoutOf(readDataDir(process.env));
  const running = await readSystem(system);
  if (!running) throw new Fault(`no system runs on ${dataDir}: run npm start, or set NATS_URL`);
  return running;
}
