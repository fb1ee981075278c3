import type { Row } from '../report/row.ts';
import { probeJetStream, probePublish, probeRequests, probeRequestsAlone } from './nats.ts';
import { probeCommits, probeCommitsAlone, probeRows } from './postgres.ts';
import { probeSocketBatches, probeSocketPublish } from './sockets.ts';

/** Measures the limit of one part alone, on servers of its own. */
export type Probe = (name: string) => Promise<Row>;

/** Every probe, by name. */
export const PROBES: Record<string, Probe> = {
  'probe-commits': probeCommits,
  'probe-commits-alone': probeCommitsAlone,
  'probe-rows': probeRows,
  'probe-requests': probeRequests,
  'probe-requests-alone': probeRequestsAlone,
  'probe-publish': probePublish,
  'probe-jetstream': probeJetStream,
  'probe-sockets': probeSocketPublish,
  'probe-sockets-16': probeSocketBatches,
};
