import { createLedger, judge, type PatientRest } from '@vestnik/testing';
import { planAttendance } from './demo/attendance.ts';
import { createCast, createGroups } from './demo/cast.ts';
import { counted } from './demo/figures.ts';
import { type DemoOptions, readOptions, USAGE } from './demo/options.ts';
import { assemble, perform } from './demo/performance.ts';
import { readChatLog } from './demo/read-chat-log.ts';
import { report } from './demo/report.ts';
import { findRunningSystem } from './demo/running-system.ts';
import { createScreen } from './demo/screen.ts';
import { searchAmong } from './demo/search.ts';
import { createStage } from './demo/stage.ts';
import { playTwoCompanies } from './demo/two-companies.ts';
import { runTool } from './start/fault.ts';
import { progressOn } from './start/progress.ts';

/** The pace of a replay in lines per second, unless the replay would take longer than `LONGEST_SECONDS`. */
const CALM_RATE = 20;
const LONGEST_SECONDS = 30;

/** Ends at once when the command that started this is gone. */
function endWithParent(): void {
  process.on('disconnect', () => process.exit(1));
  process.channel?.unref();
}

/** Replays a log on the running system and verifies it, then plays two companies. Returns whether everything is as it should be. */
async function demo(options: DemoOptions): Promise<boolean> {
  const system = await findRunningSystem(process.env);
  const log = await readChatLog(options.file);
  const screen = createScreen(process.stdout, process.env);
  const progress = progressOn(process.stdout);
  const stage = createStage();

  const people = await createCast(log, system, stage);
  const groups = await progress.step(`A group for ${counted(people.length, 'person', 'people')} of two companies`, () =>
    createGroups(options.title, people),
  );
  const attendance = planAttendance(log);
  const ledger = createLedger();
  const rate = options.rate ?? Math.max(CALM_RATE, log.lines.length / LONGEST_SECONDS);
  const play = { log, people, groups, attendance, rate, ledger };
  const there = people.length - attendance.late.size;
  await progress.step(`${counted(there, 'socket')} on ${counted(system.gateways.length, 'gateway')}`, () =>
    assemble(play),
  );

  const watcher = people[attendance.watcher]?.name;
  screen.say('');
  screen.say(`  ${options.title}, as ${watcher} sees it`);
  screen.say('');
  const { directs, seconds } = await perform(play, stage, screen);
  screen.say('');
  const rests = new Map(people.map(({ userId, rest }) => [userId, rest]));
  const verdict = await progress.step('Reading every history and every unread count through REST', () =>
    judge(ledger, [...groups, ...directs], async (userId) => rests.get(userId) as PatientRest),
  );
  const texts = log.lines.filter(({ author }) => author === attendance.watcher).map(({ text }) => text);
  const searcher = people[attendance.watcher];
  const unfound = searcher ? await searchAmong(texts, searcher, screen) : [];
  await Promise.all(people.map((person) => person.close()));

  const faults = [...stage.faults, ...verdict.faults, ...unfound];
  const outcome = { log, people, groups, directs, ledger, seconds, stage, verdict, faults };
  for (const line of report(outcome)) screen.say(line);
  const amiss = await playTwoCompanies(system, screen);
  screen.say('');
  screen.say(
    amiss.length === 0 ? '  Every step of the two companies came out as it should.' : `  ✗ ${amiss.join('\n  ✗ ')}`,
  );
  return faults.length + amiss.length === 0;
}

await runTool(async () => {
  endWithParent();
  const options = readOptions(process.argv.slice(2), process.env.INIT_CWD ?? process.cwd());
  if (options.help) process.stdout.write(`${USAGE}\n`);
  else if (!(await demo(options))) process.exitCode = 1;
});
