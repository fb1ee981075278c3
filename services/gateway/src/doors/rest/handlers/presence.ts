import { LIST_LENGTH, VestnikError } from '@vestnik/contracts';
import type { Context } from '../../../context.ts';
import { getStatuses as statuses } from '../../../use-cases/get-statuses.ts';
import { queryText } from '../query.ts';
import { type Handler, positiveInteger } from '../route.ts';

/** `GET /presence` */
export const getStatuses: Handler = async (context, caller, { query }) => ({
  data: await statuses(context, caller, readUserIds(context, queryText(query, 'user_ids'))),
});

/**
 * Reads `user_ids`: ids, separated by commas, as many as one may ask for at once.
 *
 * @throws VestnikError `bad_request` for anything else; `invalid` for more.
 */
function readUserIds({ config }: Context, list: string | undefined): number[] {
  const ids = (list ?? '').split(',').map((digits) => {
    const id = positiveInteger(digits);
    if (id === undefined) throw new VestnikError('bad_request', 'user_ids: must be user ids, separated by commas');
    return id;
  });
  const most = Math.min(config.limits.watchedUsers, LIST_LENGTH);
  if (ids.length > most) throw new VestnikError('invalid', `user_ids: must be at most ${most}`);
  return ids;
}
