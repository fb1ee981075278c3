import { z } from 'zod';
import { define } from './endpoint.ts';

/** The load of one gateway at this moment. */
export interface GatewayStatus {
  /** This run of the process. */
  gateway_id: string;
  /** Open sockets. */
  sockets: number;
  /** Users with an open socket. */
  users: number;
  /** Conversations of which a participant has a socket here. */
  rooms: number;
  /** Sends that wait for messages. */
  sends_pending: number;
}

/** The requests that the gateway answers, so that operators find it on the bus beside the other services. */
export const gatewayEndpoints = {
  /** Answers how many sockets, users, rooms and waiting sends the gateway has. Of several gateways one answers. */
  getStatus: define<GatewayStatus>()('gateway', 'get-status', z.object({})),
};
