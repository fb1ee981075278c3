import { companyInput, type Policy, parse } from '@vestnik/contracts';
import { acceptContract } from '../../use-cases/accept-contract.ts';
import { addBlock } from '../../use-cases/add-block.ts';
import { getCompany } from '../../use-cases/get-company.ts';
import { listAudit } from '../../use-cases/list-audit.ts';
import { listBlocks } from '../../use-cases/list-blocks.ts';
import { listCompanyGroups } from '../../use-cases/list-company-groups.ts';
import { listCompanyPeople } from '../../use-cases/list-company-people.ts';
import { listContracts } from '../../use-cases/list-contracts.ts';
import { listReports } from '../../use-cases/list-reports.ts';
import { proposeContract } from '../../use-cases/propose-contract.ts';
import { proposeTerms } from '../../use-cases/propose-terms.ts';
import { removeBlock } from '../../use-cases/remove-block.ts';
import { reportMessage } from '../../use-cases/report-message.ts';
import { revokePerson } from '../../use-cases/revoke-person.ts';
import { setPolicy } from '../../use-cases/set-policy.ts';
import { severContract } from '../../use-cases/sever-contract.ts';
import { type ApiRequest, pathId, type Route, route } from './route.ts';

/** The routes by which people block others, report messages and govern their company. Companies refuses callers without the role. */
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
  route('POST', '/blocks', { read: readBlock, useCase: addBlock }, (data) => ({ status: 201, data })),
  route('GET', '/blocks', { read: readPage, useCase: listBlocks }),
  route('DELETE', '/blocks/:blockId', {
    read: (request) => ({ blockId: pathId(request, 'blockId') }),
    useCase: removeBlock,
  }),
  route(
    'POST',
    '/reports',
    { read: ({ body }) => parse(companyInput.report, body), useCase: reportMessage },
    ({ created, ...data }) => ({ status: created ? 201 : 200, data }),
  ),
  route('GET', '/company/people', { read: readPage, useCase: listCompanyPeople }),
  route('POST', '/company/people/:userId/revoke', {
    read: (request) => ({ userId: pathId(request, 'userId') }),
    useCase: revokePerson,
    hasBody: false,
  }),
  route('GET', '/company/groups', { read: readPage, useCase: listCompanyGroups }),
  route('GET', '/company/reports', { read: readPage, useCase: listReports }),
  route('GET', '/company/audit', { read: readPage, useCase: listAudit }),
];

function companyOf(request: ApiRequest): { companyId: number } {
  return { companyId: pathId(request, 'companyId') };
}

function readBlock({ body }: ApiRequest): { user_id: number } | { company_id: number } {
  const { userId, companyId } = parse(companyInput.block, body);
  return userId === undefined ? { company_id: companyId as number } : { user_id: userId };
}

function readPage({ query }: ApiRequest): { limit: number; cursor: string | undefined } {
  return { limit: query.limit(), cursor: query.text('cursor') };
}

function readPolicy({ body }: ApiRequest): Policy {
  const { partners, externalInvite, history } = parse(companyInput.policy, body);
  return { partners, external_invite: externalInvite, history };
}
