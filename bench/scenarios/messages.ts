import type { DoorName, LoadConversation, MessageLoad, MessageReport, Pace } from '../load/plan.ts';
import { profileWindow } from '../measure/profiles.ts';
import { type Measurement, runLoad } from '../measure/run-load.ts';
import { counted, cpuOf, type Row } from '../report/row.ts';
import { makeSeveral, range, type ScenarioContext } from './context.ts';

/** Messages are sent and every delivery is checked. */
export interface MessageScenario {
  kind: 'messages';
  title: string;
  /** How many conversations, and of how many people each. */
  conversations: number;
  people: number;
  /** Of each conversation. */
  senders: number;
  door: DoorName;
  pace: Pace;
}

/** Makes fresh conversations of fresh users and runs the load on them. */
export async function runMessages(context: ScenarioContext, name: string, scenario: MessageScenario): Promise<Row[]> {
  const { system } = context;
  // A system without the native door is measured through the one it has.
  const doorName = system.doors[scenario.door] ? scenario.door : 'socket.io';
  const door = system.doors[doorName];
  if (!door) throw new Error(`${system.name} has no door ${doorName}`);
  const load: MessageLoad = {
    kind: 'messages',
    door: doorName,
    ...door,
    secret: system.secret,
    conversations: await createConversations(context, scenario),
    pace: scenario.pace,
    texts: context.texts,
    warmUpSeconds: context.warmUpSeconds,
    measuredSeconds: context.measuredSeconds,
  };
  const hooks = context.profile ? profileWindow(system.processes, system.profileFolder) : {};
  return [messageRow(context, name, scenario, await runLoad<MessageReport>(load, system.processes, hooks))];
}

/** Makes fresh conversations of fresh users. */
export function createConversations(
  context: ScenarioContext,
  scenario: Pick<MessageScenario, 'conversations' | 'people' | 'senders'>,
): Promise<LoadConversation[]> {
  const { conversations, people, senders } = scenario;
  const { system } = context;
  const firstUser = context.takeUsers(conversations * people);
  return makeSeveral(conversations, async (index) => {
    const userIds = range(firstUser + index * people, people);
    const [first = 0, second = 0] = userIds;
    const id = people === 2 ? await system.createDirect(first, second) : await system.createGroup(userIds);
    return { id, userIds, senders };
  });
}

/** The row of a load of messages. */
export function messageRow(
  { system }: Pick<ScenarioContext, 'system'>,
  scenario: string,
  { title, pace }: Pick<MessageScenario, 'title' | 'pace'>,
  { report, cpu, loadCores, otherCores }: Measurement<MessageReport>,
): Row {
  const { cpu_us, cpu_s_per_1000 } = cpuOf(cpu, report.messages);
  const { lost, twice, outOfOrder, malformed, refused, closed } = report.faults;
  const plain = { lost, twice, 'out of order': outOfOrder, malformed };
  return {
    scenario,
    system: system.name,
    title,
    figures: {
      messages_per_second: report.messages / report.seconds,
      deliveries_per_second: report.deliveries / report.seconds,
      p50_ms: report.acknowledged.p50,
      p99_ms: report.acknowledged.p99,
      max_ms: report.acknowledged.max,
      deliver_p50_ms: report.delivered.p50,
      deliver_p99_ms: report.delivered.p99,
      deliver_max_ms: report.delivered.max,
      ...(pace.kind !== 'closed' && { sent_late_p99_ms: report.sentLate.p99 }),
      ...(report.drainedAfter !== undefined && { drained_after_ms: report.drainedAfter }),
      cpu_s_per_1000,
      door_us_per_delivery: ((cpu[system.doorProcess] ?? 0) / report.deliveries) * 1e6,
    },
    cpu_us,
    load_cores: loadCores,
    other_cores: otherCores,
    faults: [
      ...Object.entries(plain).flatMap(([name, count]) => (count > 0 ? [`${count} ${name}`] : [])),
      ...counted(refused, 'refused'),
      ...counted(closed, 'closed:'),
    ],
  };
}
