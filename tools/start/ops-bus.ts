import { type Bus, connectBus } from '@vestnik/bus';
import { list } from '@vestnik/config';
import { createLogger } from '@vestnik/logging';
import { Fault } from './fault.ts';
import { layoutOf } from './layout.ts';
import { readDataDir } from './settings.ts';
import { readSystem } from './system-file.ts';

/** Connects to the bus as ops, calls `work`, and closes the connection. `name` is that of the command. */
export async function withOpsBus<Result>(name: string, work: (bus: Bus) => Promise<Result>): Promise<Result> {
  const bus = await connectBus({ servers: await findBus(), user: 'ops', name, logger: createLogger(name, 'silent') });
  try {
    return await work(bus);
  } finally {
    await bus.close();
  }
}

/** Returns the addresses in NATS_URL, with the credentials of ops, or those of the running system. */
async function findBus(): Promise<string[]> {
  const given = list.parse(process.env.NATS_URL ?? '');
  if (given.length > 0) return given;
  const { dataDir, system } = layoutOf(readDataDir(process.env));
  const running = await readSystem(system);
  if (!running) throw new Fault(`no system runs on ${dataDir}: run npm start, or set NATS_URL`);
  return list.parse(running.natsUrl);
}
