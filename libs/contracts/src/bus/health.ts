import { z } from 'zod';
import type { DataService } from '../services.ts';
import { define } from './endpoint.ts';

/** Whether a service's database answers; that the service answers at all is the other half of its health. */
export interface ServiceHealth {
  database: 'ok' | 'down';
}

/** The health endpoint of one service; a caller waits 1 s, which is long for a ping and short for a person. */
export function healthEndpoint(service: DataService) {
  return define<ServiceHealth>()(service, 'check-health', z.object({}), 1_000);
}
