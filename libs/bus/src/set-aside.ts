import type { JsMsg } from '@nats-io/jetstream';
import { type EventSetAside, type ServiceName, setAsideSubject } from '@vestnik/contracts';
import type { Bus } from './bus.ts';

/**
 * Stores an event that cannot be handled in the stream `ASIDE`. Storing it again has no effect.
 *
 * @throws Error when the stream does not answer.
 */
export async function keepAside(
  bus: Bus,
  message: JsMsg,
  { consumer, service, error }: { consumer: string; service: ServiceName; error: unknown },
): Promise<void> {
  const { stream, deliveryCount } = message.info;
  const event: EventSetAside = {
    consumer,
    stream,
    stream_seq: message.seq,
    subject: message.subject,
    attempts: deliveryCount,
    reason: error instanceof Error ? error.message : String(error),
    set_aside_at: new Date().toISOString(),
    payload: message.string(),
  };
  await bus.streams.publish(setAsideSubject(service), JSON.stringify(event), { msgID: `${consumer}-${message.seq}` });
}
