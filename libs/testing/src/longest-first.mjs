import TestSequencer from '@jest/test-sequencer';

/**
 * Suites that take longest, mostly since they wait for deadlines. They begin first, so that the others fill their waits and none
 * of them runs alone at the end.
 */
const LONGEST = [
  'clients/web/tests/every-hand.test.ts',
  'tests/faults-stops.test.ts',
  'tests/crash.test.ts',
  'tests/every-service.test.ts',
  'tests/limits.test.ts',
  'services/notifications/tests/push-dispatch.test.ts',
  'tests/handshake.test.ts',
  'tools/tests/new-service.test.ts',
  'clients/web/tests/two-companies.test.ts',
  'tests/revocation.test.ts',
  'tools/tests/adding.test.ts',
  'tests/chaos.test.ts',
  'tests/faults.test.ts',
  'tests/faults-reconnect.test.ts',
  'tests/socket-io.test.ts',
  'tests/siege.test.ts',
  'tools/tests/full-disk.test.ts',
  'tests/faults-cut-off.test.ts',
  'tests/socket-io-limits.test.ts',
  'services/notifications/tests/instances.test.ts',
  'libs/client/tests/line.test.ts',
  'tests/protocol.test.ts',
  'clients/web/tests/lost-lines.test.ts',
  'services/presence/tests/announcements.test.ts',
  'tests/handshake-answers.test.ts',
  'services/notifications/tests/whole-system.test.ts',
  'tests/silent-line.test.ts',
  'services/notifications/tests/fairness.test.ts',
  'tests/heavy-reads.test.ts',
  'tests/return.test.ts',
];

/** Orders suites: those of `LONGEST`, then the others as Jest does. */
export default class LongestFirst extends TestSequencer {
  sort(tests) {
    const place = ({ path }) => {
      const index = LONGEST.findIndex((suite) => path.endsWith(`/${suite}`));
      return index === -1 ? LONGEST.length : index;
    };
    return super.sort(tests).toSorted((one, other) => place(one) - place(other));
  }
}
