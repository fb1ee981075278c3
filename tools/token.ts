import { parseArgs } from 'node:util';
import { type SignedClaims, signToken } from '@vestnik/auth';
import { COMPANY_ROLES } from '@vestnik/contracts';
import { Fault, runTool } from './start/fault.ts';
import { layoutOf } from './start/layout.ts';
import { TOKEN_LIFETIME_SECONDS } from './start/panel.ts';
import { readSecrets } from './start/secrets.ts';
import { readDataDir } from './start/settings.ts';
import { readSystem } from './start/system-file.ts';
import { wholeNumber } from './start/whole-number.ts';

const USAGE = 'npm run -s token -- --id 7 --company 1 --name Anna --role admin';

await runTool(async () => {
  const identity = readIdentity(process.argv.slice(2));
  const secret = await findSecret();
  process.stdout.write(`${signToken(secret, identity, TOKEN_LIFETIME_SECONDS)}\n`);
});

function readIdentity(args: string[]): SignedClaims {
  try {
    const text = { type: 'string' } as const;
    const { values } = parseArgs({ args, options: { id: text, company: text, name: text, role: text } });
    if (values.role !== undefined && !COMPANY_ROLES.some((role) => role === values.role)) {
      throw new Fault(`--role must be ${COMPANY_ROLES.join(' or ')}`);
    }
    return {
      id: wholeNumber('--id', values.id),
      companyId: wholeNumber('--company', values.company),
      name: values.name,
      companyRole: values.role,
      aud: process.env.TOKEN_AUDIENCE || undefined,
    };
  } catch (error) {
    throw new Fault(`${(error as Error).message.replace(/\.$/, '')}; as in ${USAGE}`);
  }
}

/** The secret of the environment, else of the running system, else the one that the next start will use. */
async function findSecret(): Promise<string> {
  const layout = layoutOf(readDataDir(process.env));
  if (process.env.JWT_SECRET) return process.env.JWT_SECRET;
  const system = await readSystem(layout.system);
  if (system?.jwtSecret) return system.jwtSecret;
  if (system)
    throw new Fault('the running system takes tokens signed with another key (JWT_PUBLIC_KEY or JWKS_URL) only');
  const secrets = await readSecrets(layout.secrets);
  if (!secrets) throw new Fault(`there is no secret in ${layout.dataDir} yet: run npm start once, or set JWT_SECRET`);
  return secrets.jwtSecret;
}
