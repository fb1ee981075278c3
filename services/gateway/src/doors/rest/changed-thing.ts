/**
 * Returns the name of the thing that a request changes, among the things of its user. Changes that a client pipelines on one
 * connection take effect in the order sent. Undefined: the request changes nothing, or its use case keeps the order itself.
 */
export function changedThing(
  method: string,
  pattern: string,
  params: Readonly<Record<string, string | undefined>>,
): string | undefined {
  if (method === 'GET') return undefined;
  const { messageId, conversationId, companyId } = params;
  if (messageId !== undefined) return `message ${messageId}`;
  if (companyId !== undefined) return `contract ${companyId}`;
  if (pattern.endsWith('/read')) return `marker ${conversationId}`;
  // The sender keeps the order of messages.
  if (pattern.endsWith('/messages')) return undefined;
  if (conversationId !== undefined) return `conversation ${conversationId}`;
  return pattern === '/notification-preferences' ? 'preferences' : undefined;
}
