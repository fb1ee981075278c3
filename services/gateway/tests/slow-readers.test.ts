import { expect, test } from '@jest/globals';
import { findSlowReaders } from '../src/sessions/slow-readers.ts';

const LIMITS = { backlogBytes: 100, backlogBytesPerUser: 250 };
const session = (userId: number, bytes: number) => ({ userId, backlog: () => bytes });

test('a session with too large a backlog reads too slowly, and other sessions of its user do not', () => {
  const [slow, quick] = [session(1, 101), session(1, 100)];
  expect(findSlowReaders([quick, slow, session(2, 0)], LIMITS)).toEqual([slow]);
});

test('the sessions of one user together have so much and no more, and other users do not count', () => {
  const sessions = Array.from({ length: 5 }, () => session(1, 90));
  const others = Array.from({ length: 5 }, (_, index) => session(2 + index, 90));
  expect(findSlowReaders([...sessions, ...others], LIMITS)).toEqual(sessions.slice(2));
});
