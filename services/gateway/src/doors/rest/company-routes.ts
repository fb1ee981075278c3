import { companyInput, type Policy, parse } from '@vestnik/contracts';
import { acceptContract } from '../../use-cases/accept-contract.ts';
import { getCompany } from '../../use-cases/get-company.ts';
import { listAudit } from '../../use-cases/list-audit.ts';
import { listContracts } from '../../use-cases/list-contracts.ts';
import { proposeContract } from '../../use-cases/propose-contract.ts';
import { proposeTerms } from '../../use-cases/propose-terms.ts';
import { setPolicy } from '../../use-cases/set-policy.ts';
import { severContract } from '../../use-cases/sever-contract.ts';
import { type ApiRequest, pathId, type Route, route } from './route.ts';

/** The routes by which the people of a company govern it. Companies refuses callers without the role. */
export const companyRoutes: readonly Route[] = [
  route('GET', '/company', { read: () => undefined, useCase: getCompany }),
  route('PATCH', '/company/policy', { read: readPolicy, useCase: setPolicy }),
  route('GET', '/company/contracts', { read: readPage, useCase: listContracts }),
  route(
    'POST',
    '/company/contracts',
    { read: ({ body }) => parse(companyInput.proposal, body), useCase: proposeContract },
    (data) => ({ status: 201, data }),
  ),
  route('PATCH', '/company/contracts/:companyId', {
    read: (request) => ({ ...companyOf(request), ...parse(companyInput.terms, request.body) }),
    useCase: proposeTerms,
  }),
  route('DELETE', '/company/contracts/:companyId', { read: companyOf, useCase: severContract }),
  route('POST', '/company/contracts/:companyId/accept', {
    read: (request) => ({ ...companyOf(request), version: request.query.integer('version', 1) }),
    useCase: acceptContract,
    hasBody: false,
  }),
  route('GET', '/company/audit', { read: readPage, useCase: listAudit }),
];

function companyOf(request: ApiRequest): { companyId: number } {
  return { companyId: pathId(request, 'companyId') };
}

function readPage({ query }: ApiRequest): { limit: number; cursor: string | undefined } {
  return { limit: query.limit(), cursor: query.text('cursor') };
}

function readPolicy({ body }: ApiRequest): Policy {
  const { partners, externalInvite, history } = parse(companyInput.policy, body);
  return { partners, external_invite: externalInvite, history };
}
