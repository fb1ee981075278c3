import TestSequencer from '@jest/test-sequencer';

/**
 * Suites that take longest. They begin first, so that none of them runs alone at the end. Those that mostly wait for deadlines stand
 * beside those that keep a processor busy.
 */
const LONGEST = [
  'tests/crash.test.ts',
  'tests/limits.test.ts',
  'tools/tests/full-disk.test.ts',
  'clients/web/tests/every-hand.test.ts',
  'tests/nats-cluster.test.ts',
  'tests/every-service.test.ts',
  'tests/faults.test.ts',
  'tests/chaos.test.ts',
  'services/notifications/tests/push-dispatch.test.ts',
  'tests/severing.test.ts',
  'tests/faults-reconnect.test.ts',
  'tests/faults-stops.test.ts',
  'tests/silent-line.test.ts',
  'tools/tests/adding.test.ts',
  'tests/faults-cut-off.test.ts',
  'tests/search.test.ts',
  'libs/client/tests/any-absence.test.ts',
  'libs/client/tests/line.test.ts',
  'libs/client/tests/tabs-and-storage.test.ts',
  'tests/revocation.test.ts',
  'tests/siege.test.ts',
  'tests/fuzz-doors.test.ts',
  'clients/web/tests/two-companies.test.ts',
  'tests/socket-io.test.ts',
  'tests/handshake.test.ts',
  'tests/return.test.ts',
  'tests/socket-io-limits.test.ts',
  'tools/tests/demo.test.ts',
  'services/notifications/tests/instances.test.ts',
  'clients/web/tests/lost-lines.test.ts',
  'services/presence/tests/announcements.test.ts',
  'tests/protocol.test.ts',
  'services/notifications/tests/whole-system.test.ts',
  'services/notifications/tests/fairness.test.ts',
  'tests/heavy-reads.test.ts',
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
