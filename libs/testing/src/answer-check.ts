import { createClientEvents, createOperations, type Operation, serverEvents } from '@vestnik/api-documents';

/** Schemas of answers do not depend on the limits. */
const limits = { contentLength: 1, attachments: 1, groupSize: 1, syncConversations: 1, watchedUsers: 1 };
const clientEvents = new Map(Object.entries(createClientEvents(limits)));
const events = new Map(Object.entries(serverEvents));
const operations = createOperations(limits).map((operation) => ({ operation, pattern: patternOf(operation) }));

/**
 * Checks the data of a successful answer against the documents of the API, so that they describe what the server sends.
 *
 * @throws Error when the documents say otherwise. A path that they do not know passes: tests ask for such paths too.
 */
export function checkRestAnswer(method: string, path: string, status: number, data: unknown): void {
  const [pathname = ''] = path.split('?');
  const found = operations.find(({ operation, pattern }) => operation.method === method && pattern.test(pathname));
  const schema = found?.operation.answers[status as 200 | 201]?.data;
  if (schema) refuse(`${method} ${found.operation.path}`, schema.safeParse(data).error);
}

/**
 * Checks the data of the reply to an event, as `checkRestAnswer` does.
 *
 * @throws Error when the documents say otherwise.
 */
export function checkReply(event: string, data: unknown): void {
  const described = clientEvents.get(event);
  if (described?.otherReply?.data.safeParse(data).success) return;
  refuse(`the reply to ${event}`, described?.reply.safeParse(data).error);
}

/**
 * Checks the data of an event from the server, as `checkRestAnswer` does.
 *
 * @throws Error when the documents say otherwise, or do not know the event.
 */
export function checkEvent(event: string, data: unknown): void {
  const described = events.get(event);
  if (!described) throw new Error(`The documents do not know the event ${event}`);
  refuse(`the event ${event}`, described.data.safeParse(data).error);
}

function refuse(what: string, error: Error | undefined): void {
  if (error) throw new Error(`The documents describe ${what} otherwise: ${error.message}`);
}

function patternOf({ path }: Operation): RegExp {
  return new RegExp(`^${path.replaceAll(/:\w+/g, '[^/]+')}/?$`, 'i');
}
