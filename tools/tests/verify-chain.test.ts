import { expect, test } from '@jest/globals';
import { companiesEndpoints } from '@vestnik/contracts';
import { connectTestBus, restClient, startSystem, token } from '@vestnik/testing';
import { findBroken } from '../company/verify-chain.ts';

test('a chain is whole as companies writes it, and a changed, removed or moved entry is found', async () => {
  const system = await startSystem();
  const bus = await connectTestBus(system.servers.natsUrl);
  try {
    for (const company of [1, 2]) {
      expect((await restClient(system.restUrl(), await token(company, company))('GET', '/unread-count')).status).toBe(
        200,
      );
    }
    for (const change of [{ contract_with: 2 }, { sever_from: 2 }, { policy: { partners: 'contract' as const } }]) {
      await bus.request(companiesEndpoints.operateCompany, { company_id: 1, change });
    }
    const page = { company_id: 1, after: 0, limit: 100 };
    const { links } = await bus.request(companiesEndpoints.readAuditChain, page);
    const [first, second, third] = links;
    if (!first || !second || !third) throw new Error('The chain is too short');
    expect(findBroken(links, '')).toBeUndefined();
    expect(findBroken([first, { ...second, detail: '{}' }, third], '')?.id).toBe(second.id);
    expect(findBroken([first, third], '')?.id).toBe(third.id);
    expect(findBroken([second, first, third], '')?.id).toBe(second.id);
  } finally {
    await bus.close();
    await system.stop();
  }
});
