import type { Context } from '../context.ts';
import { emptyGateway } from '../empty-gateway.ts';
import { lockSilentGateway } from '../store/gateways.ts';

/** Seconds without a beat after which a gateway is taken for dead; gateways beat every 2 s. */
export const SILENCE_SECONDS = 6;

/** Removes gateways that died without a goodbye. The grace begins for their users, as when a gateway leaves. */
export async function dropSilentGateways({ database, graceSeconds, logger }: Context): Promise<void> {
  for (;;) {
    const dropped = await database.transaction(async (queries) => {
      const [gateway] = await queries.query(lockSilentGateway, [SILENCE_SECONDS]);
      if (!gateway) return undefined;
      return { ...gateway, gone: await emptyGateway(queries, gateway.gateway_id, graceSeconds) };
    });
    if (!dropped) return;
    if (dropped.gone) logger.warn({ gateway_id: dropped.gateway_id }, 'gateway fell silent and was dropped');
  }
}
