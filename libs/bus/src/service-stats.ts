import type { Endpoint } from '@nats-io/services';
import { nanos } from '@nats-io/transport-node';
import { type EndpointFigures, setFigures } from './nats-services-internals.ts';

/**
 * The figures of whole requests. The services library stops its clock where a handler first waits, and does not see what
 * the handler answers. Without these figures every endpoint would look instant and faultless.
 */
export interface ServiceStats {
  /** Counts one answered request: how long it took in milliseconds, and whether the answer was an error. */
  count(subject: string, ms: number, failed: boolean): void;
  /** Puts the figures where the library reads them when it is asked for its stats. */
  fill(endpoint: Endpoint): Promise<null>;
}

/** Creates the figures of one service. */
export function createServiceStats(): ServiceStats {
  const bySubject = new Map<string, EndpointFigures>();
  return {
    count(subject, ms, failed) {
      const before = bySubject.get(subject);
      const requests = (before?.num_requests ?? 0) + 1;
      const time = (before?.processing_time ?? 0) + nanos(ms);
      bySubject.set(subject, {
        num_requests: requests,
        num_errors: (before?.num_errors ?? 0) + (failed ? 1 : 0),
        processing_time: Math.round(time),
        average_processing_time: Math.round(time / requests),
      });
    },
    async fill(endpoint) {
      setFigures(endpoint, bySubject.get(endpoint.subject));
      return null;
    },
  };
}
