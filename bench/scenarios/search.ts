import type { RequestReport } from '../load/plan.ts';
import { profileWindow } from '../measure/profiles.ts';
import { runLoad } from '../measure/run-load.ts';
import { requestsRow } from '../report/load-row.ts';
import type { Row } from '../report/row.ts';
import type { SearchHistory } from '../systems/running-system.ts';
import { RARE_WORD } from '../systems/vestnik-search.ts';
import { range, type ScenarioContext } from './context.ts';

/** Messages are looked for in a history of real texts, by users in many conversations. */
export interface SearchScenario {
  kind: 'search';
}

/** Users in a thousand conversations each. A user looks for one thing at a time. */
const CALLERS = 4;
const CONVERSATIONS_EACH = 1_000;
/** Messages of one conversation; the others are of other users. */
const MESSAGES_EACH = 1_000;
/** Messages stored, unless the arguments name another number. */
const STANDARD_MESSAGES = 200_000;

/** A query of each kind, for English texts. */
const QUERIES = {
  rare: RARE_WORD,
  frequent: 'the',
  prefix: 'upgrad',
  part: 'gst',
  phrase: '"apt get install"',
  nothing: 'qzxqzx',
  typo: RARE_WORD.replace('nt', 'mt'),
};

/** Seeds a history, starts the system on it, waits for the index, and searches; a row for each kind of query. */
export async function runSearch(
  context: ScenarioContext,
  name: string,
): Promise<{ rows: Row[]; system: ScenarioContext['system'] }> {
  const messages = context.messages ?? STANDARD_MESSAGES;
  const history: SearchHistory = {
    messages,
    texts: context.texts ?? [],
    firstUser: context.takeUsers(CALLERS),
    users: CALLERS,
    conversationsEach: CONVERSATIONS_EACH,
    conversations: Math.max(CONVERSATIONS_EACH, Math.ceil(messages / MESSAGES_EACH)),
  };
  await context.system.seedSearch(history);
  const system = await context.system.restart();
  const index = await system.searchIndex();
  const title = `${messages.toLocaleString('en')} messages in ${history.conversations.toLocaleString('en')} conversations`;
  const rows: Row[] = [
    {
      scenario: `${name}-index`,
      system: system.name,
      title: `${title}: the index, filled by the walk, as bytes for one byte of text`,
      figures: {
        operations_per_second: messages / index.seconds,
        index_bytes_per_text_byte: index.bytes / index.textBytes,
      },
      cpu_us: {},
      load_cores: 0,
      other_cores: 0,
      faults: [],
    },
  ];
  const hooks = context.profile ? profileWindow(system.processes, system.profileFolder) : {};
  for (const [kind, q] of Object.entries(QUERIES)) {
    const [address] = system.rest;
    if (!address) break;
    const path = `/api/messenger/search?q=${encodeURIComponent(q)}`;
    const load = {
      kind: 'requests' as const,
      address,
      secret: system.secret,
      requests: range(history.firstUser, CALLERS).map((userId) => ({ userId, path })),
      callers: CALLERS,
      warmUpSeconds: 1,
      measuredSeconds: context.measuredSeconds,
    };
    const measurement = await runLoad<RequestReport>(load, system.processes, hooks);
    const asked = `${q} in ${title}, of which the caller is in ${CONVERSATIONS_EACH.toLocaleString('en')}`;
    rows.push(requestsRow({ scenario: `${name}-${kind}`, system: system.name, title: asked }, measurement));
  }
  return { rows, system };
}
