import { parse } from '@vestnik/contracts';
import { deleteMessage } from '../../../use-cases/delete-message.ts';
import { editMessage } from '../../../use-cases/edit-message.ts';
import { markRead as mark } from '../../../use-cases/mark-read.ts';
import { readPlace } from '../history-place.ts';
import { queryLimit } from '../query.ts';
import { type Handler, pathId } from '../route.ts';

/** `GET /conversations/:conversationId/messages` */
export const history: Handler = async (context, { userId, requestId }, request) => {
  const conversation_id = pathId(request, 'conversationId');
  const limit = queryLimit(request.query);
  const ask = { user_id: userId, conversation_id, limit, ...readPlace(request.query) };
  return { json: await context.readLimiter.run(userId, () => context.reader.readHistory(ask, requestId)) };
};

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
  json: await reader.countUnread({ user_id: userId }, requestId),
});
