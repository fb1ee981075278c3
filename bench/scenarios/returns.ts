import { setTimeout as delay } from 'node:timers/promises';
import type { MessageLoad, MessageReport, ReturnReport, Target } from '../load/plan.ts';
import { type Holding, runLoad, startHolding } from '../measure/run-load.ts';
import type { Row } from '../report/row.ts';
import { range, type ScenarioContext } from './context.ts';
import { createConversations, messageRow } from './messages.ts';
import { createGroups } from './sockets.ts';

/** The first gateway is killed; its users come back at once, while others write through the second. */
export interface ReturnScenario {
  kind: 'returns';
  title: string;
  /** One socket each, in one group of `people`. */
  users: number;
  people: number;
  /** Messages per second of the others, and for how long. */
  rate: number;
  seconds: number;
}

/** Direct conversations of the users who write meanwhile. */
const OTHERS = { conversations: 50, people: 2, senders: 1 };
/** After this long what the connecting set going has come to rest, in milliseconds. */
const REST_MS = 3_000;

/** Two rows: what the others saw before, and what they saw from the kill on. */
export async function runReturns(context: ScenarioContext, name: string, scenario: ReturnScenario): Promise<Row[]> {
  const { system } = context;
  const door = system.doors.native;
  const [first, second] = door?.addresses ?? [];
  if (!door || !first || !second) throw new Error('a return takes two gateways: --instances gateway=2');
  const killed = system.processes.find((process) => process.name === system.doorProcess);
  if (!killed) throw new Error('there is no gateway to kill');
  const others = system.processes.filter((process) => process !== killed);

  const count = context.users ?? scenario.users;
  const userIds = range(context.takeUsers(count), count);
  await createGroups(system, userIds, { conversationsEach: 1, people: scenario.people });
  const target: Omit<Target, 'addresses'> = { door: 'native', saysReady: door.saysReady, secret: system.secret };
  const pace: MessageLoad['pace'] = { kind: 'open', phases: [{ rate: scenario.rate, seconds: scenario.seconds }] };
  const talk: MessageLoad = {
    kind: 'messages',
    ...target,
    addresses: [second],
    conversations: await createConversations(context, OTHERS),
    pace,
    texts: context.texts,
    warmUpSeconds: context.warmUpSeconds,
    measuredSeconds: scenario.seconds,
  };
  const holding: Holding<ReturnReport> = startHolding<ReturnReport>({
    kind: 'returns',
    ...target,
    addresses: [first, second],
    userIds,
  });
  try {
    await holding.begun;
    await delay(REST_MS);
    const calm = await runLoad<MessageReport>(talk, others);
    const again = { ...talk, conversations: await createConversations(context, OTHERS) };
    const meanwhile = await runLoad<MessageReport>(again, others, { begin: () => process.kill(killed.pid, 'SIGKILL') });
    const report = await holding.report;
    const row = messageRow(context, name, { title: scenario.title, pace }, meanwhile);
    return [
      messageRow(context, name, { title: 'the others before', pace }, calm),
      {
        ...row,
        figures: {
          ...row.figures,
          sockets: report.back,
          back_after_ms: report.seconds * 1_000,
          away_p50_ms: report.away.p50,
          away_p99_ms: report.away.p99,
          told_to_retry: report.toldToRetry,
        },
        not_let_in: { ...report.notLetIn, ...report.retryAfter },
      },
    ];
  } finally {
    holding.end();
  }
}
