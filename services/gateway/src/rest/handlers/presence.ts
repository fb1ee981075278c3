import { LIST_LENGTH, queryText, VestnikError } from '@vestnik/contracts';
import { getStatuses as statuses } from '../../use-cases/get-statuses.ts';
import { type Handler, positiveInteger } from '../route.ts';

/** `GET /presence` */
export const getStatuses: Handler = async (context, caller, { query }) => ({
  data: await statuses(context, caller, readUserIds(queryText(query, 'user_ids'))),
});

/**
 * Reads `user_ids`: 1 to 1,000 ids, separated by commas.
 *
 * @throws VestnikError `bad_request` for anything else; `invalid` for more.
 */
function readUserIds(list: string | undefined): number[] {
  const ids = (list ?? '').split(',').map((digits) => {
    const id = positiveInteger(digits);
    if (id === undefined) throw new VestnikError('bad_request', 'user_ids: must be user ids, separated by commas');
    return id;
  });
  if (ids.length > LIST_LENGTH) throw new VestnikError('invalid', `user_ids: must be at most ${LIST_LENGTH}`);
  return ids;
}
