import { type Queries, statement } from '@vestnik/database';
import type { Installation } from '../domain/webhook-id.ts';

const find = statement<Installation, []>('find-installation', 'select id, last_former_push from installation');

/** Returns the installation that this schema belongs to. A migration made its id. */
export async function findInstallation(queries: Queries): Promise<Installation> {
  const [installation] = await queries.query(find, []);
  if (!installation) throw new Error('the table installation lacks its row: a migration inserts it');
  return installation;
}
