import { z } from 'zod';
import type { DataService } from '../services.ts';
import { define } from './endpoint.ts';

/** Whether a service's database makes a durable write. The other half of its health is that the service answers at all. */
export interface ServiceHealth {
  database: 'ok' | 'down';
}

/** Answers whether the service's database answers. A caller waits 1 s, which is long for a ping and short for a person. */
export function healthEndpoint(service: DataService) {
  return define<ServiceHealth>()(service, 'check-health', z.object({}), 1_000);
}
