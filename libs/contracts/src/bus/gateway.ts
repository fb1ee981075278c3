import { z } from 'zod';
import { byEvery, define } from './endpoint.ts';

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
  /** The sequence number in the stream up to which it has applied revocations. */
  revocations_seq: number;
}

/** The requests that the gateway answers, so that operators find it on the bus beside the other services. */
export const gatewayEndpoints = {
  /**
   * Answers how many sockets, users, rooms and waiting sends the gateway has, and which revocations it has applied. Every
   * gateway answers.
   */
  getStatus: byEvery(define<GatewayStatus>()('gateway', 'get-status', z.object({}))),
};
