import { expect, test } from '@jest/globals';
import { canonicalTimeZone, timeZones } from '../src/index.ts';

test('every spelling of a time zone has one canonical name', () => {
  const cases = [
    ['Europe/Berlin', 'Europe/Berlin'],
    ['EUROPE/berlin', 'Europe/Berlin'],
    ['europe/kiev', 'Europe/Kyiv'],
    ['Asia/Calcutta', 'Asia/Kolkata'],
    ['Asia/Kolkata', 'Asia/Kolkata'],
    ['US/Eastern', 'America/New_York'],
    ['Europe/Stockholm', 'Europe/Stockholm'],
    ['etc/gmt-3', 'Etc/GMT-3'],
    ['utc', 'UTC'],
    ['Etc/UTC', 'UTC'],
    ['Zulu', 'UTC'],
    ['GMT', 'UTC'],
  ] as const;
  for (const [spelling, name] of cases) expect([spelling, canonicalTimeZone(spelling)]).toEqual([spelling, name]);
});

test('names that the tz database does not have are no time zones', () => {
  for (const name of [
    'BST',
    'PST',
    'IST',
    'CST',
    'ACT',
    'JST',
    'SystemV/PST8',
    'Etc/Unknown',
    'US/Pacific-New',
    'Factory',
  ]) {
    expect([name, canonicalTimeZone(name)]).toEqual([name, undefined]);
  }
  for (const name of [
    '',
    'Europe',
    'Europe/Atlantis',
    '+03:00',
    '-08',
    'Europe/Berlin ',
    'Europe/Berlın',
    'constructor',
  ]) {
    expect([name, canonicalTimeZone(name)]).toEqual([name, undefined]);
  }
});

test('the names are those of the time zones that this Node knows', () => {
  for (const name of timeZones) expect(() => new Intl.DateTimeFormat('en', { timeZone: name })).not.toThrow();
  const unknown = Intl.supportedValuesOf('timeZone').filter((name) => canonicalTimeZone(name) === undefined);
  expect(unknown).toEqual([]);
  expect(timeZones.size).toBeLessThan(500);
});
