import { randomUUID } from 'node:crypto';
import { type Bus, DISCOVERY_INBOX } from '@vestnik/bus';
import { patience } from './slowness.ts';

/** How long services may take to answer, in milliseconds. */
const ANSWER_WITHIN_MS = 10_000;

/** Asks `$SRV.…`, as `nats --inbox-prefix _INBOX_discovery micro` does, and returns the first `count` answers. */
export async function discover<Answer>({ connection }: Bus, subject: string, count: number): Promise<Answer[]> {
  const inbox = `${DISCOVERY_INBOX}.${randomUUID()}`;
  const replies = connection.subscribe(inbox, { max: count, timeout: patience(ANSWER_WITHIN_MS) });
  connection.publish(subject, '', { reply: inbox });
  const answers: Answer[] = [];
  for await (const reply of replies) answers.push(reply.json<Answer>());
  return answers;
}
