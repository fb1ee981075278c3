import { Fault } from '../start/fault.ts';
import { layoutOf } from '../start/layout.ts';
import { readDataDir } from '../start/settings.ts';
import { readSystem } from '../start/system-file.ts';

/** The system that the demo plays on. */
export interface RunningSystem {
  gateways: { rest: string; socket: string }[];
  jwtSecret: string;
}

/**
 * Finds the running system through its data folder, and makes sure that it is ready.
 *
 * @throws Fault saying what to do when there is none.
 */
export async function findRunningSystem(env: NodeJS.ProcessEnv): Promise<RunningSystem> {
  const layout = layoutOf(readDataDir(env));
  const system = await readSystem(layout.system);
  if (!system) throw new Fault(`nothing runs on ${layout.dataDir}: run npm start in another terminal first`);
  const { gateways, jwtSecret } = system;
  if (!jwtSecret) {
    throw new Fault('the demo signs tokens itself: run npm start without JWT_PUBLIC_KEY and JWKS_URL');
  }
  for (const { rest } of gateways) {
    const health = await fetch(`${rest}/health/ready`).catch(() => undefined);
    if (!health) throw new Fault(`the system at ${rest} does not answer: run npm start in another terminal`);
    if (!health.ok) throw new Fault(`the system at ${rest} is not ready: ${await health.text()}`);
  }
  return { gateways, jwtSecret };
}
