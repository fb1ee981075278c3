import type { ChatLog } from './chat-log.ts';
import { counted, grouped } from './figures.ts';
import type { PlayedConversation } from './ledger.ts';
import type { Person } from './person.ts';
import type { CountingStage } from './stage.ts';
import type { Verification } from './verify.ts';

/** What the closing lines are made of. */
export interface Outcome {
  log: ChatLog;
  people: Person[];
  conversations: PlayedConversation[];
  /** From the first line to the last delivery. */
  seconds: number;
  stage: CountingStage;
  verification: Verification;
  faults: string[];
}

/** Faults that are told one by one. */
const FAULTS_TOLD = 20;

/** The closing lines of a demo: the figures, then the verdict. */
export function report(outcome: Outcome): string[] {
  return [...figures(outcome), '', ...verdict(outcome)];
}

function figures({ log, people, conversations, seconds, stage }: Outcome): string[] {
  const groups = conversations.filter(({ type }) => type === 'group');
  const directs = conversations.filter(({ type }) => type === 'direct');
  const sent = (some: PlayedConversation[]) => some.reduce((sum, conversation) => sum + conversation.sent.length, 0);
  const { latencies, counts } = stage;
  const all = sent(conversations);
  const resyncs = people.reduce((sum, person) => sum + person.losses.resyncs, 0);
  const lost = people.reduce((sum, person) => sum + person.losses.sockets, 0);
  const row = (name: string, text: string) => `  ${name.padEnd(14)}${text}`;
  return [
    '',
    row('people', `${grouped(people.length)}, each with an own socket`),
    row(
      'messages',
      `${grouped(all)}: ${grouped(sent(groups))} in ${counted(groups.length, 'group')}, ${inDirect(sent(directs), directs.length)}`,
    ),
    ...(log.empty > 0 ? [row('left out', `${counted(log.empty, 'line')} without text`)] : []),
    row('deliveries', `${grouped(latencies.count())} live in ${seconds.toFixed(1)} s`),
    row('throughput', `${grouped(all / seconds)} messages/s, ${grouped(latencies.count() / seconds)} deliveries/s`),
    row(
      'latency',
      `p50 ${latencies.percentile(0.5).toFixed(1)} ms, p99 ${latencies.percentile(0.99).toFixed(1)} ms from send to delivery`,
    ),
    row(
      'besides',
      `${counted(counts.typing, 'typing event')}, ${counted(counts.statuses, 'change')} of presence, ${counted(counts.receipts, 'read receipt')}`,
    ),
    ...(lost + resyncs > 0
      ? [row('losses', `${counted(lost, 'socket')} lost, ${counted(resyncs, 'resync')}; made good by sync`)]
      : []),
  ];
}

function inDirect(messages: number, conversations: number): string {
  return `${grouped(messages)} in ${counted(conversations, 'direct conversation')}`;
}

function verdict({ people, conversations, verification, faults }: Outcome): string[] {
  if (faults.length === 0) {
    return [
      `  Verified as each of ${counted(people.length, 'person', 'people')}: ${grouped(verification.messages)} messages in the histories of ` +
        `${counted(conversations.length, 'conversation')},`,
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
