import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { companiesEndpoints as endpoints } from '@vestnik/contracts';
import { prepareService, type ServiceUnderTest } from './service-under-test.ts';

let service: ServiceUnderTest;
beforeAll(async () => {
  service = await prepareService();
  await service.start();
  for (const company of [1, 2]) await service.signIn(company, company);
});
afterAll(() => service.stop());

const operate = (company_id: number, change: { contract_with: number } | { sever_from: number }) =>
  service.bus.request(endpoints.operateCompany, { company_id, change });

test('each change adds an entry to the chains of both companies, and the database changes no entry', async () => {
  await operate(1, { contract_with: 2 });
  await operate(2, { sever_from: 1 });
  await operate(2, { sever_from: 1 });
  for (const company_id of [1, 2]) {
    const { links, audit } = await service.bus.request(endpoints.readAuditChain, { company_id, after: 0, limit: 100 });
    expect(links).toMatchObject([
      { action: 'contract_accepted', actor_id: null, previous_hash: '' },
      { action: 'contract_severed', actor_id: null, previous_hash: links[0]?.hash },
    ]);
    expect(audit).toEqual({ entries: 2, hash: links[1]?.hash });
  }
  for (const change of [
    "update companies.audit_entries set action = 'none'",
    'delete from companies.audit_entries',
    'truncate companies.audit_entries',
  ]) {
    await expect(service.sql(change)).rejects.toThrow('audit entries are never changed');
  }
});
