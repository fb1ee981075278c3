import { parseArgs } from 'node:util';
import { fingerprint, tokenFingerprint } from '@vestnik/auth';
import { publishRevocation } from '@vestnik/bus';
import type { RevocationTarget } from '@vestnik/contracts';
import { Fault, runTool } from './start/fault.ts';
import { withOpsBus } from './start/ops-bus.ts';
import { wholeNumber } from './start/whole-number.ts';

const USAGE = 'npm run -s revoke -- --id 7, or --token eyJ…, or --jti 1f3a…';

await runTool(async () => {
  const { target, words } = readTarget(process.argv.slice(2));
  await withOpsBus('revoke', (bus) => publishRevocation(bus, target, new Date()));
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
  const userId = wholeNumber('--id', value);
  return { target: { userId }, words: `All tokens that user ${userId} was issued so far are revoked` };
}
