import { isPortFree } from '@vestnik/servers';
import { Fault } from './fault.ts';
import type { StartSettings } from './settings.ts';

/**
 * Makes sure that every gateway can listen.
 * @throws Fault naming the first port that is taken or not allowed
 */
export async function checkPorts(settings: StartSettings): Promise<void> {
  for (const [index, gateway] of settings.gateways.entries()) {
    const which = index === 0 ? '' : ` of gateway ${index + 1}`;
    await checkPort(gateway.port, settings.host, 'PORT', which);
    await checkPort(gateway.socketPort, settings.host, 'WS_PORT', which);
    await checkPort(gateway.opsPort, settings.opsHost, 'OPS_PORT', which);
  }
}

async function checkPort(port: number, host: string, variable: string, which: string): Promise<void> {
  const free = await isPortFree(port, host).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'EACCES') {
      throw new Fault(`port ${port} (${variable}${which}) is not allowed for this user: set ${variable} above 1023`);
    }
    throw new Fault(`nothing can listen on ${host}:${port} (${variable}${which}): ${error.code}`);
  });
  if (!free) {
    throw new Fault(
      `port ${port} (${variable}${which}) is taken: stop what listens there, or set ${variable} to a free one`,
    );
  }
}
