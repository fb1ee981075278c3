import type { Endpoint } from '@nats-io/services';

/*
 * Private parts of `@nats-io/services`, used here alone (docs/adr/0005-libraries.md).
 */

/** What `$SRV.STATS` reports of one endpoint, in the words of the protocol; times in nanoseconds. */
export interface EndpointFigures {
  num_requests: number;
  num_errors: number;
  processing_time: number;
  average_processing_time: number;
}

/** Puts figures where the library reads them when it is asked for its stats. Its types hide the field. */
export function setFigures(endpoint: Endpoint, figures: EndpointFigures | undefined): void {
  const { stats } = endpoint as Endpoint & { stats?: EndpointFigures };
  if (stats) Object.assign(stats, figures);
}
