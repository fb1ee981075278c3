import { atOnce, headsOf, type Ledger, type PlayedConversation, untilHeld } from '@vestnik/testing';
import type { Attendance } from './attendance.ts';
import type { ChatLog } from './chat-log.ts';
import type { Person } from './person.ts';
import { readToTheEnd } from './reading.ts';
import { replay } from './replay.ts';
import type { Screen } from './screen.ts';
import type { CountingStage } from './stage.ts';
import { startView } from './view.ts';

/** A log, its people, and how fast they play it. */
export interface Play {
  log: ChatLog;
  people: readonly Person[];
  groups: readonly PlayedConversation[];
  attendance: Attendance;
  /** Lines per second. */
  rate: number;
  /** Gets what is sent and read. */
  ledger: Ledger;
}

/** Sockets that are opened at the same time. */
const ARRIVALS_AT_ONCE = 20;
/** How long the last deliveries may take, in milliseconds. */
const SETTLE_MS = 20_000;

/** Connects all people who are present from the start. */
export async function assemble({ people, attendance }: Play): Promise<void> {
  const punctual = people.filter((_, index) => !attendance.late.has(index));
  await atOnce(ARRIVALS_AT_ONCE, punctual, (person) => person.arrive());
}

/** Plays the log, shows it, waits for the last deliveries; returns the direct conversations and the seconds it took. */
export async function perform(
  play: Play,
  stage: CountingStage,
  screen: Screen,
): Promise<{ directs: PlayedConversation[]; seconds: number }> {
  const { log, people, groups, attendance, ledger } = play;
  const view = startView(screen, people, log.lines.length);
  const watcher = people[attendance.watcher];
  const group = groups.find(({ members }) => watcher && members.includes(watcher));
  if (watcher && group) stage.show(view, watcher, group.id);
  let played = 0;
  const start = performance.now();
  try {
    const directs = await replay({
      ...play,
      onSend: stage.sending,
      onFault: stage.fault,
      onLine() {
        played += 1;
        view.progress(played, stage.latencies.count);
      },
    });
    // The verdict names a message that is missing after that.
    await untilHeld([...groups, ...directs], headsOf(ledger), SETTLE_MS).catch(() => undefined);
    const seconds = (performance.now() - start) / 1_000;
    view.progress(played, stage.latencies.count);
    await readToTheEnd(ledger, people);
    return { directs, seconds };
  } finally {
    view.stop();
  }
}
