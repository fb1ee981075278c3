import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { companiesEndpoints as endpoints, type Message } from '@vestnik/contracts';
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

/** A message with as many characters. */
function messageOf(id: number, length: number): Message {
  const now = new Date().toISOString();
  const times = { created_at: now, edited_at: null, deleted_at: null, read_at: null, pinned_at: null };
  const lists = { attachments: [], mentions: [], reactions: [] };
  const content = 'x'.repeat(length);
  const ids = { id, conversation_id: 1, seq: id, version: 1, sender_id: 1, client_message_id: null, reply_to_id: null };
  return { ...ids, type: 'text', content, ...lists, ...times };
}

test('a page of reports ends where it would be too long for an answer, and the pages have every report once', async () => {
  const actor = { user_id: 1, company_id: 1, role: 'admin' } as const;
  for (const [index, length] of [10, 900_000, 900_000, 2_500_000, 900_000].entries()) {
    const message = messageOf(index + 1, length);
    await service.bus.request(endpoints.fileReport, { actor, reason: 'long', message, before: [] });
  }
  const pages: number[][] = [];
  let before: number | undefined;
  do {
    const page = await service.bus.request(endpoints.listReports, { actor, before, limit: 100 });
    pages.push(page.reports.map(({ message }) => message.id));
    before = page.next ?? undefined;
  } while (before !== undefined && pages.length < 10);
  expect(pages).toEqual([[5], [4], [3, 2, 1]]);
});
