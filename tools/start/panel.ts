import { relative } from 'node:path';
import { signToken } from '@vestnik/auth';
import { ROOT } from './layout.ts';
import type { StartSettings } from './settings.ts';
import type { SystemDescription } from './system-file.ts';

/** Lifetime of tokens for trying out, in seconds: a day. */
export const TOKEN_LIFETIME_SECONDS = 24 * 60 * 60;

const ANNA = { id: 1, companyId: 1, name: 'Anna' };
const BORIS = { id: 2, companyId: 2, name: 'Boris' };

/**
 * Returns the text that the start shows when everything runs: addresses, tokens, and commands to try. Tokens are in it on a
 * terminal only, and only in a system for trying out, whose servers and key are all its own. Elsewhere the text may go
 * into a log.
 */
export function panel(settings: StartSettings, system: SystemDescription, took: string, isTerminal: boolean): string {
  const folder = relative(ROOT, settings.layout.dataDir) || '.';
  const shown = folder.startsWith('..') ? settings.layout.dataDir : folder;
  const addresses = system.gateways.map(
    ({ rest, socket, ops }, index) => `
  ${system.gateways.length > 1 ? `Gateway ${index + 1}\n  ` : ''}Messenger ${rest}/
  REST      ${rest}/api/messenger
  Socket    ${socket}
  Docs      ${rest}/docs
  Health    ${rest}/health/ready
  Metrics   ${ops}/metrics`,
  );
  return `
Vestnik runs (started in ${took})
${addresses.join('\n')}
${operations(system)}
  Data      ${shown} (logs in ${shown}/logs)
${people(settings, system, isTerminal)}
  Ctrl-C stops everything.
`;
}

/** The metrics of all other processes, one a line. */
function operations(system: SystemDescription): string {
  return Object.entries(system.operations)
    .toSorted(([one], [other]) => one.localeCompare(other))
    .map(([name, url]) => `            ${url}  ${name}`)
    .join('\n');
}

function people(settings: StartSettings, system: SystemDescription, isTerminal: boolean): string {
  const rest = system.gateways[0]?.rest;
  const { jwtSecret } = system;
  if (!jwtSecret) return `\n  Tokens are checked with ${settings.foreignKeys}; yours come from whoever signs for it.\n`;
  return `${isTerminal && isForTrying(settings) ? tokens(jwtSecret) : ''}
  Try       npm run demo
            npm run -s token -- --id 7 --company 1 --name Clara
            curl ${rest}/api/messenger/conversations -H 'content-type: application/json' \\
              -H "authorization: Bearer $(npm run -s token -- --id 1 --company 1 --name Anna)" \\
              -d '{"participantId": 2, "message": "Hello, Boris"}'
`;
}

function tokens(jwtSecret: string): string {
  const [anna, boris] = [ANNA, BORIS].map((user) => signToken(jwtSecret, user, TOKEN_LIFETIME_SECONDS));
  return `
  Anna, user 1 of company 1, for a day:
  ${anna}

  Boris, user 2 of company 2, for a day:
  ${boris}
`;
}

/** Whether the start made the servers and the key itself. */
function isForTrying({ databaseUrl, natsServers, jwtSecret }: StartSettings): boolean {
  return databaseUrl === undefined && natsServers === undefined && jwtSecret === undefined;
}
