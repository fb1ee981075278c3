import { z } from 'zod';
import type { DataService } from '../services.ts';
import { define } from './endpoint.ts';

/**
 * Whether a service's database makes a durable write, and whether the stream of its events takes them. The other half of its
 * health is that the service answers at all. A cause says in a few words why a part is down.
 */
export interface ServiceHealth {
  database: 'ok' | 'down';
  database_cause?: string | undefined;
  /** Absent for a service without a stream of its own, and from older releases. */
  stream?: 'ok' | 'down' | undefined;
  stream_cause?: string | undefined;
}

/** Answers whether the service can make durable writes. A caller waits 1 s, which is long for a ping and short for a person. */
export function healthEndpoint(service: DataService) {
  return define<ServiceHealth>()(service, 'check-health', z.object({}), 1_000);
}
