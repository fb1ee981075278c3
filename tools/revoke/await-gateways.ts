import type { Bus } from '@vestnik/bus';
import { gatewayEndpoints } from '@vestnik/contracts';

/** Milliseconds in which the gateways answer one question. The last one decides how long a question takes. */
const ANSWER_WITHIN_MS = 500;
/** Milliseconds after which the waiting ends. */
const APPLIED_WITHIN_MS = 5_000;

/** The gateways that have answered, and the ids of those that have not applied the revocation. */
export interface Acknowledgement {
  seen: number;
  late: string[];
}

/**
 * Waits until every gateway on the bus has applied a revocation. A gateway that is frozen or cut off does not answer: it is
 * found missing when the number of gateways is known.
 *
 * @param seq the sequence number of the revocation in its stream
 * @param expected the number of gateways, 0 where it is not known
 */
export async function awaitGateways(ops: Bus, seq: number, expected: number): Promise<Acknowledgement> {
  const appliedBy = new Map<string, boolean>();
  const deadline = performance.now() + APPLIED_WITHIN_MS;
  for (;;) {
    for (const status of await ops.requestEvery(gatewayEndpoints.getStatus, {}, ANSWER_WITHIN_MS)) {
      appliedBy.set(status.gateway_id, status.revocations_seq >= seq);
    }
    const late = Array.from(appliedBy.keys()).filter((id) => !appliedBy.get(id));
    const isDone = late.length === 0 && appliedBy.size >= expected;
    if (isDone || performance.now() > deadline) return { seen: appliedBy.size, late };
  }
}
