import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { patience, until } from '@vestnik/testing';
import { planRounds, type Round } from '../tools/chaos/plan.ts';
import { type ChaosReport, isKept } from '../tools/chaos/run.ts';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..');
/** A seed whose first five rounds have something of each family, all of it short. */
const SEED = 794;

let folder: string;
const running = new Set<ChildProcess>();
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vestnik-chaos-'));
});
afterAll(async () => {
  for (const child of running) child.kill('SIGTERM');
  await Promise.all([...running].map((child) => once(child, 'exit')));
  await rm(folder, { recursive: true });
});

interface Run {
  child: ChildProcess;
  out(): string;
  ended: Promise<number | null>;
}

/** Starts the command with its files in a folder of the test, as the leader of a process group of its own. */
function chaos(...args: string[]): Run {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', 'tools/chaos.ts', ...args], {
    cwd: ROOT,
    env: { PATH: process.env['PATH'], TMPDIR: folder },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  running.add(child);
  let out = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (part) => (out += String(part)));
  const ended = once(child, 'close').then(([code]) => {
    running.delete(child);
    return code as number | null;
  });
  return { child, out: () => out, ended };
}

/** Processes of a run's group, servers that keep their files in the test's folder, and what is in it. */
async function left({ child }: Run): Promise<string[]> {
  const { stdout } = await promisify(execFile)('ps', ['-A', '-o', 'pid=,pgid=,args=']);
  const processes = stdout
    .split('\n')
    .filter((line) => line.trim().split(/\s+/)[1] === String(child.pid) || line.includes(folder));
  return [...processes, ...(await readdir(folder))];
}

test('real chat is replayed while one part after the other fails: nothing is lost, nothing comes twice, nothing is left behind', async () => {
  const run = chaos('--seed', `${SEED}`, '--rounds', '5', '--seconds', '90', '--clients', '10', '--rate', '30');
  const code = await run.ended;
  const out = run.out();
  console.log(out);
  expect(out).toMatch(new RegExp(`The promise was kept \\(seed ${SEED}\\)\\.\n$`));
  expect(code).toBe(0);
  expect(await left(run)).toEqual([]);
  const figure = (name: string) =>
    Number(new RegExp(`^  ${name} +([\\d,]+)$`, 'm').exec(out)?.[1]?.replaceAll(',', ''));
  expect(figure('messages acknowledged')).toBeGreaterThan(300);
  expect(figure('messages in the histories')).toBe(figure('messages acknowledged'));
  expect(figure('changes of membership')).toBeGreaterThan(10);
  const partings = /^  severings, acceptances, blocks +(\d+), (\d+), (\d+)$/m.exec(out)?.slice(1).map(Number) ?? [];
  for (const count of [...partings, figure('messages between the two companies')]) expect(count).toBeGreaterThan(1);
  expect(partings).toHaveLength(3);
  expect(figure('messages pushed')).toBeGreaterThan(100);
  for (const kind of [
    'gateway killed',
    'service killed',
    'bus killed',
    'database frozen',
    'link',
    'sockets cut in a frame',
  ]) {
    expect(out).toMatch(new RegExp(`^  ${kind}.* [1-9]\\d* `, 'm'));
  }
});

test('Ctrl-C in the middle of it ends everything within seconds and leaves nothing behind', async () => {
  const run = chaos('--seed', `${SEED}`, '--seconds', '600', '--clients', '4');
  await until('something went wrong', () => /^ +\d+\.\d s  /m.test(run.out()), 60_000);
  const since = performance.now();
  // A terminal sends it to the whole group.
  process.kill(-(run.child.pid ?? 0), 'SIGINT');
  expect([await run.ended, run.out().trim().split('\n').at(-1)]).toEqual([130, 'Interrupted: everything has stopped']);
  expect(performance.now() - since).toBeLessThan(patience(20_000));
  expect(await left(run)).toEqual([]);
});

test('a wrong option is one line, and nothing is started', async () => {
  const run = chaos('--seconds', 'a minute');
  expect(await run.ended).toBe(1);
  expect(run.out()).toBe('vestnik: --seconds must be a whole number from 1 to 3000\n');
  expect(await left(run)).toEqual([]);
});

test('the same seed has the same things go wrong in the same order, another seed others', () => {
  const begin = (seed: number): Round[] => {
    const rounds = planRounds(seed, 24);
    return Array.from({ length: 50 }, () => rounds.next().value);
  };
  expect(begin(7)).toEqual(begin(7));
  expect(begin(7)).not.toEqual(begin(8));
  expect(new Set(begin(7).flatMap(({ faults }) => faults.map(({ kind }) => kind))).size).toBe(13);
});

describe('a run is broken', () => {
  const kept: ChaosReport = {
    rounds: [],
    verdict: {
      acknowledged: 9,
      stored: 9,
      delivered: 9,
      lost: 0,
      twice: 0,
      outOfOrder: 0,
      wrong: 0,
      faults: [],
      receivers: [],
    },
    pushes: { wanted: 3, pushed: 3, repeated: 1, underTwoIds: 0 },
    changes: 0,
    receivedAfterRemoval: 0,
    partners: { severings: 1, acceptances: 2, blocks: 1, passed: 9, crossed: 0 },
    wrongStatuses: 0,
    wrongAccounts: [],
    broken: [],
    silences: new Map(),
    live: 9,
    slowestReplyMs: 0,
    seconds: 1,
  };
  const { verdict, pushes, partners } = kept;
  test.each<[string, Partial<ChaosReport>]>([
    ['a message is lost', { verdict: { ...verdict, lost: 1 } }],
    ['a message came twice', { verdict: { ...verdict, twice: 1 } }],
    ['messages are out of order', { verdict: { ...verdict, outOfOrder: 1 } }],
    ['anything else is wrong', { verdict: { ...verdict, wrong: 1 } }],
    ['a message was not pushed', { pushes: { ...pushes, pushed: 2 } }],
    ['a push had two ids', { pushes: { ...pushes, underTwoIds: 1 } }],
    ['somebody heard what was not for them', { receivedAfterRemoval: 1 }],
    ['a message crossed after a severing', { partners: { ...partners, crossed: 1 } }],
    ['a status is not true', { wrongStatuses: 1 }],
    ['an account is not that of a fresh client', { wrongAccounts: ['user 1: differs'] }],
    ['a process ended by itself', { broken: ['messages-1 ended with 1'] }],
  ])('when %s', (_, difference) => {
    expect(isKept(kept)).toBe(true);
    expect(isKept({ ...kept, ...difference })).toBe(false);
  });
});
