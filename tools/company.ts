import type { Bus } from '@vestnik/bus';
import { companiesEndpoints, companyInput, parse } from '@vestnik/contracts';
import { Fault, runTool } from './start/fault.ts';
import { withOpsBus } from './start/ops-bus.ts';
import { wholeNumber } from './start/whole-number.ts';

const USAGE = 'npm run -s company -- show 1, policy 1 partners=contract, contract 1 2, or sever 1 2';

await runTool(async () => {
  const [command, company, ...rest] = process.argv.slice(2);
  const company_id = wholeNumber('the company', company);
  const change = command === 'show' && rest.length === 0 ? undefined : readChange(command, rest);
  const words = await withOpsBus('company', async (bus) => {
    if (!change) return show(bus, company_id);
    await bus.request(companiesEndpoints.operateCompany, { company_id, change });
    return show(bus, company_id);
  });
  process.stdout.write(`${words}\n`);
});

/** Returns a company as JSON, with its contracts and the end of its audit. */
async function show(bus: Bus, company_id: number): Promise<string> {
  return JSON.stringify(await bus.request(companiesEndpoints.inspectCompany, { company_id }), null, 2);
}

function readChange(command: string | undefined, rest: readonly string[]) {
  if (command === 'policy' && rest.length > 0) return { policy: readPolicy(rest) };
  const [other, ...more] = rest;
  if (more.length === 0 && command === 'contract') return { contract_with: wholeNumber('the other company', other) };
  if (more.length === 0 && command === 'sever') return { sever_from: wholeNumber('the other company', other) };
  throw new Fault(`one command is needed; as in ${USAGE}`);
}

function readPolicy(rules: readonly string[]) {
  const given = Object.fromEntries(rules.map((rule) => rule.split('=', 2)));
  const unknown = Object.keys(given).find((name) => !['partners', 'externalInvite', 'history'].includes(name));
  if (unknown !== undefined) throw new Fault(`${unknown} is no rule; as in ${USAGE}`);
  const { externalInvite, ...others } = given;
  const invite = externalInvite === 'true' ? true : externalInvite === 'false' ? false : externalInvite;
  const policy = parse(companyInput.policy, { ...others, ...(invite === undefined ? {} : { externalInvite: invite }) });
  return { partners: policy.partners, external_invite: policy.externalInvite, history: policy.history };
}
