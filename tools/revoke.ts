import { parseArgs } from 'node:util';
import { fingerprint, tokenFingerprint } from '@vestnik/auth';
import { publishRevocation, type StoredRevocation } from '@vestnik/bus';
import type { RevocationTarget } from '@vestnik/contracts';
import { awaitGateways } from './revoke/await-gateways.ts';
import { Fault, runTool } from './start/fault.ts';
import { withRevokerBus } from './start/ops-bus.ts';
import { wholeNumber } from './start/whole-number.ts';

const USAGE = 'npm run -s revoke -- --id 7, or --token eyJ…, or --jti 1f3a…, each perhaps with --gateways 2';

await runTool(async () => {
  const { target, words, gateways: wanted } = readTarget(process.argv.slice(2));
  await withRevokerBus('revoke', async ({ ops, revoker, gateways = wanted }) => {
    const stored = await publishRevocation(revoker, target, new Date());
    process.stdout.write(`${words}\n${survival(stored)}\n`);
    process.stdout.write(`${applied(await awaitGateways(ops, stored.seq, gateways), gateways)}\n`);
  });
});

/** Says whether the revocation would outlive the loss of a server. */
function survival({ replicas }: StoredRevocation): string {
  return replicas > 1
    ? `It is stored on a majority of ${replicas} servers, and survives the loss of any one`
    : 'It is stored on one server, and does not survive the loss of the disk of that server';
}

/**
 * Says how many gateways refuse the tokens from now on.
 * @throws Fault naming the gateways that have not applied the revocation in time
 */
function applied({ seen, late }: Awaited<ReturnType<typeof awaitGateways>>, expected: number): string {
  const missing = Math.max(0, expected - seen);
  if (late.length > 0) throw new Fault(`stored, but gateway ${late.join(', ')} has not applied it within 5 s`);
  if (missing > 0) throw new Fault(`stored, but ${missing} of ${expected} gateways does not answer on the bus`);
  if (seen === 0) return 'No gateway is on the bus; each applies it before it opens its ports';
  return seen === 1 ? 'The gateway on the bus applies it' : `All ${seen} gateways on the bus apply it`;
}

/** The revocation that the arguments describe, and the words that confirm it. */
interface Wanted {
  target: RevocationTarget;
  words: string;
  /** How many gateways have to apply the revocation; 0 for those that are on the bus. */
  gateways: number;
}

/** Reads the arguments. */
function readTarget(args: string[]): Wanted {
  try {
    const text = { type: 'string' } as const;
    const { values } = parseArgs({ args, options: { id: text, token: text, jti: text, gateways: text } });
    const { gateways: count, ...targets } = values;
    const gateways = count === undefined ? 0 : wholeNumber('--gateways', count);
    const given = Object.entries(targets).filter(([, value]) => value !== '');
    const [[option, value] = ['', ''], another] = given;
    if (another || !value) throw new Fault('one of --id, --token and --jti is needed');
    if (option === 'id') return { ...ofUser(value), gateways };
    if (option === 'jti')
      return { target: { fingerprint: fingerprint(value) }, words: 'The token is revoked', gateways };
    if (value.split('.').length !== 3) throw new Fault('--token is no token');
    return { target: { fingerprint: tokenFingerprint(value) }, words: 'The token is revoked', gateways };
  } catch (error) {
    throw new Fault(`${(error as Error).message.replace(/\.$/, '')}; as in ${USAGE}`);
  }
}

function ofUser(value: string): Omit<Wanted, 'gateways'> {
  const userId = wholeNumber('--id', value);
  return { target: { userId }, words: `All tokens that user ${userId} was issued so far are revoked` };
}
