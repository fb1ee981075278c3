import { messagesEndpoints, parse } from '@vestnik/contracts';
import type { Caller, Context } from '../../../context.ts';
import { deleteMessage } from '../../../use-cases/delete-message.ts';
import { editMessage } from '../../../use-cases/edit-message.ts';
import { markRead as mark } from '../../../use-cases/mark-read.ts';
import { type HistoryPlace, nextCursor, readPlace } from '../history-place.ts';
import { queryLimit } from '../query.ts';
import { type ApiReply, type Handler, pathId } from '../route.ts';

/** `GET /conversations/:conversationId/messages` */
export const history: Handler = async (context, caller, request) => {
  const conversationId = pathId(request, 'conversationId');
  const limit = queryLimit(request.query);
  const place = readPlace(request.query);
  return context.readLimiter.run(caller.userId, () => readPage(context, caller, { conversationId, limit, place }));
};

async function readPage(
  { bus, reader }: Context,
  { userId, requestId }: Caller,
  { conversationId, limit, place }: { conversationId: number; limit: number; place: HistoryPlace },
): Promise<ApiReply> {
  if (!place || 'before_seq' in place) {
    const page = { kind: 'page' as const, user_id: userId, conversation_id: conversationId, limit, ...place };
    const json = await reader.read(page, requestId);
    if (json.length > 0) return { json };
  }
  const { messages, has_more } = await bus.request(
    messagesEndpoints.readHistory,
    { user_id: userId, conversation_id: conversationId, limit, ...place },
    { requestId },
  );
  return { data: { messages, next_cursor: has_more ? nextCursor(place, messages) : null } };
}

/** `POST /conversations/:conversationId/messages`: 201, or 200 when the message was stored before. */
export const send: Handler = async (context, { userId }, request) => {
  const conversationId = pathId(request, 'conversationId');
  const input = parse(context.input.rest.sendMessage, request.body);
  const { message, created } = await context.sender.send(userId, conversationId, input);
  return { status: created ? 201 : 200, data: { message } };
};

/** `POST /conversations/:conversationId/read` */
export const markRead: Handler = async (context, caller, request) => {
  const conversationId = pathId(request, 'conversationId');
  const marker = parse(context.input.rest.readMessages, request.body);
  return { data: await mark(context, caller, { conversationId, ...marker }) };
};

/** `PATCH /messages/:messageId` */
export const edit: Handler = async (context, caller, request) => {
  const messageId = pathId(request, 'messageId');
  const { content } = parse(context.input.rest.editMessage, request.body);
  return { data: await editMessage(context, caller, { messageId, content }) };
};

/** `DELETE /messages/:messageId` */
export const remove: Handler = async (context, caller, request) => ({
  data: await deleteMessage(context, caller, pathId(request, 'messageId')),
});

/** `GET /unread-count` */
export const countUnread: Handler = async ({ reader }, { userId, requestId }) => ({
  json: await reader.read({ kind: 'unread', user_id: userId }, requestId),
});
