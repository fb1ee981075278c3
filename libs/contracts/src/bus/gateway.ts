import { z } from 'zod';
import { define } from './endpoint.ts';

/** What one gateway serves at this moment. */
export interface GatewayStatus {
  /** This run of the process. */
  gateway_id: string;
  /** Open sockets. */
  sockets: number;
  /** Users with an open socket. */
  users: number;
  /** Conversations that somebody here takes part in. */
  rooms: number;
  /** Sends that wait for messages. */
  sends_pending: number;
}

/** What the gateway answers on the bus, so that ops find it there beside the other services. */
export const gatewayEndpoints = {
  /** What the gateway that answers serves; of several, one answers. */
  status: define<GatewayStatus>()('gateway', 'status', z.object({})),
};
