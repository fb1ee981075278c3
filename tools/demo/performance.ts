import { setTimeout as delay } from 'node:timers/promises';
import type { Attendance } from './attendance.ts';
import type { ChatLog } from './chat-log.ts';
import { headOf, type PlayedConversation } from './ledger.ts';
import type { Person } from './person.ts';
import { readToTheEnd } from './reading.ts';
import { replay } from './replay.ts';
import type { Screen } from './screen.ts';
import type { CountingStage } from './stage.ts';
import { startView } from './view.ts';

/** What is to be performed. */
export interface Play {
  log: ChatLog;
  people: Person[];
  groups: PlayedConversation[];
  attendance: Attendance;
  /** Lines per second. */
  rate: number;
}

/** Sockets that are opened at the same time. */
const ARRIVALS_AT_ONCE = 20;
/** How long the last deliveries may take, in milliseconds. */
const SETTLE_MS = 20_000;
const SETTLE_STEP_MS = 20;

/** Lets everybody arrive who is there from the start. */
export async function assemble({ people, attendance }: Play): Promise<void> {
  const waiting = people.filter((_, index) => !attendance.late.has(index));
  const arriveNext = async () => {
    for (let person = waiting.shift(); person; person = waiting.shift()) await person.arrive();
  };
  await Promise.all(Array.from({ length: ARRIVALS_AT_ONCE }, arriveNext));
}

/** Plays the log, shows it, waits for the last deliveries; returns the conversations and the seconds it took. */
export async function perform(
  play: Play,
  stage: CountingStage,
  screen: Screen,
): Promise<{ conversations: PlayedConversation[]; seconds: number }> {
  const { log, people, groups, attendance } = play;
  const view = startView(screen, people, log.lines.length);
  const watcher = people[attendance.watcher];
  const group = groups.find(({ members }) => watcher && members.includes(watcher));
  if (watcher && group) stage.show(view, watcher, group.id);
  let played = 0;
  const start = performance.now();
  try {
    const conversations = await replay({
      ...play,
      onSend: stage.sending,
      onFault: stage.fault,
      onLine() {
        played += 1;
        view.progress(played, stage.latencies.count());
      },
    });
    await settle(conversations);
    const seconds = (performance.now() - start) / 1_000;
    view.progress(played, stage.latencies.count());
    await readToTheEnd(people);
    return { conversations, seconds };
  } finally {
    view.stop();
  }
}

/** Waits until everybody who is there holds everything; what is missing after a while the verification names. */
async function settle(conversations: PlayedConversation[]): Promise<void> {
  const isComplete = (conversation: PlayedConversation) =>
    conversation.members.every(
      (person) => person.hasLeft() || (person.copies.get(conversation.id)?.upTo ?? 0) >= headOf(conversation),
    );
  const deadline = Date.now() + SETTLE_MS;
  while (Date.now() < deadline) {
    if (conversations.every(isComplete)) return;
    await delay(SETTLE_STEP_MS);
  }
}
