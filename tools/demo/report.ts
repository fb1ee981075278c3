import type { Ledger, PlayedConversation, Verdict } from '@vestnik/testing';
import type { ChatLog } from './chat-log.ts';
import { counted, grouped } from './figures.ts';
import type { Person } from './person.ts';
import type { CountingStage } from './stage.ts';

/** Everything that the closing lines report. */
export interface Outcome {
  log: ChatLog;
  people: readonly Person[];
  groups: readonly PlayedConversation[];
  directs: readonly PlayedConversation[];
  ledger: Ledger;
  /** From the first line to the last delivery. */
  seconds: number;
  stage: CountingStage;
  verdict: Verdict;
  /** All that was amiss, each in one line. */
  faults: readonly string[];
}

/** Faults that the report names one by one. */
const FAULTS_TOLD = 20;

/** The closing lines of a demo: the figures, then the verdict. */
export function report(outcome: Outcome): string[] {
  return [...figures(outcome), '', ...closing(outcome)];
}

function figures({ log, people, groups, directs, ledger, seconds, stage }: Outcome): string[] {
  const { latencies, counts } = stage;
  const all = ledger.acknowledged.length;
  const groupIds = new Set(groups.map(({ id }) => id));
  const inGroups = ledger.acknowledged.filter(({ conversationId }) => groupIds.has(conversationId)).length;
  const resyncs = people.reduce((sum, { figures: { resyncs } }) => sum + resyncs, 0);
  // Each connection of a person after the first follows a lost socket.
  const lost = people.reduce((sum, { figures: { connections } }) => sum + Math.max(0, connections - 1), 0);
  const within = (percent: number) => (latencies.percentile(percent) / 1_000).toFixed(1);
  const row = (name: string, text: string) => `  ${name.padEnd(14)}${text}`;
  return [
    '',
    row('people', `${grouped(people.length)}, each on a socket of their own`),
    row(
      'messages',
      `${grouped(all)}: ${grouped(inGroups)} in ${counted(groups.length, 'group')}, ${inDirect(all - inGroups, directs.length)}`,
    ),
    ...(log.empty > 0 ? [row('left out', `${counted(log.empty, 'line')} without text`)] : []),
    row('deliveries', `${grouped(latencies.count)} live in ${seconds.toFixed(1)} s`),
    row('throughput', `${grouped(all / seconds)} messages/s, ${grouped(latencies.count / seconds)} deliveries/s`),
    row('latency', `p50 ${within(50)} ms, p99 ${within(99)} ms from send to delivery`),
    row(
      'also',
      `${counted(counts.typing, 'typing event')}, ${counted(counts.statuses, 'status change')}, ${counted(counts.receipts, 'read receipt')}`,
    ),
    ...(lost + resyncs > 0
      ? [row('losses', `${counted(lost, 'socket')} lost, ${counted(resyncs, 'resync')}; made good by sync`)]
      : []),
  ];
}

function inDirect(messages: number, conversations: number): string {
  return `${grouped(messages)} in ${counted(conversations, 'direct conversation')}`;
}

function closing({ people, groups, directs, verdict, faults }: Outcome): string[] {
  if (faults.length === 0) {
    const due = verdict.receivers.reduce((sum, receiver) => sum + receiver.due, 0);
    return [
      `  Verified for each of ${counted(people.length, 'person', 'people')}: ${grouped(due)} messages in the histories of ` +
        `${counted(groups.length + directs.length, 'conversation')},`,
      '  each exactly once, in the same order for all; unread counts add up.',
    ];
  }
  const told = faults.slice(0, FAULTS_TOLD).map((fault) => `  ✗ ${fault}`);
  const more = faults.length - told.length;
  return [
    `  Verification failed: ${counted(faults.length, 'fault')}`,
    ...told,
    ...(more > 0 ? [`  … and ${grouped(more)} more`] : []),
  ];
}
