import type { Context, Input, Output } from '../context.ts';
import { pageOf } from '../page.ts';
import { readAuditEnd, readAuditLinks } from '../store/audit.ts';

/** Returns a page of a company's audit as it is hashed, with the end of the chain. The end is read first, so it may be older. */
export async function readAuditChain(
  { database }: Context,
  { company_id, after, limit }: Input<'readAuditChain'>,
): Promise<Output<'readAuditChain'>> {
  const audit = await readAuditEnd(database, company_id);
  const found = await database.query(readAuditLinks, [company_id, after, limit + 1]);
  const { items, next } = pageOf(found, limit, ({ id }) => id);
  return { links: items, next, audit };
}
