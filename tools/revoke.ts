import { parseArgs } from 'node:util';
import { fingerprint, tokenFingerprint } from '@vestnik/auth';
import { connectBus, publishRevocation } from '@vestnik/bus';
import { list } from '@vestnik/config';
import type { RevocationTarget } from '@vestnik/contracts';
import { createLogger } from '@vestnik/logging';
import { Fault, runTool } from './start/fault.ts';
import { layoutOf } from './start/layout.ts';
import { readDataDir } from './start/settings.ts';
import { readSystem } from './start/system-file.ts';

const USAGE = 'npm run -s revoke -- --id 7, or --token eyJ…, or --jti 1f3a…';

await runTool(async () => {
  const { target, words } = readTarget(process.argv.slice(2));
  const bus = await connectBus({
    servers: await findBus(),
    user: 'ops',
    name: 'revoke',
    logger: createLogger('revoke', 'silent'),
  });
  try {
    await publishRevocation(bus, target, new Date());
  } finally {
    await bus.close();
  }
  process.stdout.write(`${words}\n`);
});

/** Reads the target of the revocation from the arguments, and the words that confirm it. */
function readTarget(args: string[]): { target: RevocationTarget; words: string } {
  try {
    const text = { type: 'string' } as const;
    const { values } = parseArgs({ args, options: { id: text, token: text, jti: text } });
    const given = Object.entries(values).filter(([, value]) => value !== '');
    const [[option, value] = ['', ''], another] = given;
    if (another || !value) throw new Fault('one of --id, --token and --jti is needed');
    if (option === 'id') return ofUser(value);
    if (option === 'jti') return { target: { fingerprint: fingerprint(value) }, words: 'The token is revoked' };
    if (value.split('.').length !== 3) throw new Fault('--token is no token');
    return { target: { fingerprint: tokenFingerprint(value) }, words: 'The token is revoked' };
  } catch (error) {
    throw new Fault(`${(error as Error).message.replace(/\.$/, '')}; as in ${USAGE}`);
  }
}

function ofUser(value: string): { target: RevocationTarget; words: string } {
  const userId = Number(value);
  if (!/^\d+$/.test(value) || !Number.isSafeInteger(userId) || userId < 1) {
    throw new Fault('--id must be a positive whole number');
  }
  return { target: { userId }, words: `All tokens that user ${userId} was issued so far are revoked` };
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
