import type { Handlers } from '@vestnik/bus';
import type { companiesEndpoints } from '@vestnik/contracts';
import type { Context } from './context.ts';
import { acceptContract } from './use-cases/accept-contract.ts';
import { addBlock } from './use-cases/add-block.ts';
import { fileReport } from './use-cases/file-report.ts';
import { findRelations } from './use-cases/find-relations.ts';
import { getCompany } from './use-cases/get-company.ts';
import { getPeople } from './use-cases/get-people.ts';
import { inspectCompany } from './use-cases/inspect-company.ts';
import { listAudit } from './use-cases/list-audit.ts';
import { listBindings } from './use-cases/list-bindings.ts';
import { listBlocks } from './use-cases/list-blocks.ts';
import { listCompanyPeople } from './use-cases/list-company-people.ts';
import { listContracts } from './use-cases/list-contracts.ts';
import { listReports } from './use-cases/list-reports.ts';
import { moveUser } from './use-cases/move-user.ts';
import { operateCompany } from './use-cases/operate-company.ts';
import { proposeContract } from './use-cases/propose-contract.ts';
import { proposeTerms } from './use-cases/propose-terms.ts';
import { readAuditChain } from './use-cases/read-audit-chain.ts';
import { removeBlock } from './use-cases/remove-block.ts';
import { reportTokens } from './use-cases/report-tokens.ts';
import { revokePerson } from './use-cases/revoke-person.ts';
import { searchPeople } from './use-cases/search-people.ts';
import { setPolicy } from './use-cases/set-policy.ts';
import { severContract } from './use-cases/sever-contract.ts';

/** The use case behind each request. */
export function createHandlers(context: Context): Handlers<typeof companiesEndpoints> {
  return {
    reportTokens: (input) => reportTokens(context, input),
    listBindings: (input) => listBindings(context, input),
    getPeople: (input) => getPeople(context, input),
    searchPeople: (input) => searchPeople(context, input),
    revokePerson: (input) => revokePerson(context, input),
    listCompanyPeople: (input) => listCompanyPeople(context, input),
    getCompany: (input) => getCompany(context, input),
    setPolicy: (input) => setPolicy(context, input),
    proposeContract: (input) => proposeContract(context, input),
    proposeTerms: (input) => proposeTerms(context, input),
    acceptContract: (input) => acceptContract(context, input),
    severContract: (input) => severContract(context, input),
    listContracts: (input) => listContracts(context, input),
    listAudit: (input) => listAudit(context, input),
    addBlock: (input) => addBlock(context, input),
    listBlocks: (input) => listBlocks(context, input),
    removeBlock: (input) => removeBlock(context, input),
    fileReport: (input) => fileReport(context, input),
    listReports: (input) => listReports(context, input),
    inspectCompany: (input) => inspectCompany(context, input),
    operateCompany: (input) => operateCompany(context, input),
    readAuditChain: (input) => readAuditChain(context, input),
    moveUser: (input) => moveUser(context, input),
    findRelations: (input) => findRelations(context, input),
  };
}
