import type { Context, Input, Output } from '../context.ts';
import { appendAudit } from '../store/audit.ts';
import { addReport, filedReport, findReport } from '../store/reports.ts';

/**
 * Files a report of a message to the admins of the reporter's company, with an audit entry. A message that the reporter has
 * reported already gets no second report: the answer is the first one.
 */
export async function fileReport(
  { database }: Context,
  { actor: { user_id, company_id }, reason, message, before }: Input<'fileReport'>,
): Promise<Output<'fileReport'>> {
  return database.transaction(async (queries) => {
    const snapshot = JSON.stringify({ message, before });
    const [added] = await queries.query(addReport, [company_id, user_id, message.id, reason, snapshot]);
    if (!added) {
      const [first] = await queries.query(findReport, [company_id, user_id, message.id]);
      if (!first) throw new Error('A report that was filed cannot be read');
      return { report: filedReport(first), created: false };
    }
    await appendAudit(queries, [
      {
        companyId: company_id,
        actorId: user_id,
        actorCompanyId: company_id,
        action: 'message_reported',
        object: `message ${message.id}`,
        detail: { report_id: added.id },
      },
    ]);
    return { report: filedReport(added), created: true };
  });
}
