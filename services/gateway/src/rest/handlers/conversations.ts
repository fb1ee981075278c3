import { parse } from '@vestnik/contracts';
import {
  addParticipants as add,
  removeParticipant as remove,
  renameConversation,
} from '../../use-cases/change-conversation.ts';
import { createDirect, createGroup } from '../../use-cases/create-conversation.ts';
import { getConversation } from '../../use-cases/get-conversation.ts';
import { listConversations } from '../../use-cases/list-conversations.ts';
import { queryLimit, queryText } from '../query.ts';
import { type Handler, pathId } from '../route.ts';

/** `GET /conversations` */
export const list: Handler = async (context, caller, { query }) => {
  const page = { limit: queryLimit(query), cursor: queryText(query, 'cursor') };
  return { json: await listConversations(context, caller, page) };
};

/** `POST /conversations`: a group when the body says so, else the direct conversation with `participantId`. */
export const create: Handler = async (context, caller, { body }) => {
  const { createDirect: direct, createGroup: group } = context.input.rest;
  const isGroup = (body as { type?: unknown }).type === 'group';
  const { created, ...data } = isGroup
    ? await createGroup(context, caller, { message: undefined, ...parse(group, body) })
    : await createDirect(context, caller, { message: undefined, ...parse(direct, body) });
  return { status: created ? 201 : 200, data };
};

/** `GET /conversations/:conversationId` */
export const get: Handler = async (context, caller, request) => ({
  data: { conversation: await getConversation(context, caller, pathId(request, 'conversationId')) },
});

/** `PATCH /conversations/:conversationId` */
export const rename: Handler = async (context, caller, request) => {
  const conversationId = pathId(request, 'conversationId');
  const { name } = parse(context.input.rest.rename, request.body);
  return { data: { conversation: await renameConversation(context, caller, { conversationId, name }) } };
};

/** `POST /conversations/:conversationId/participants` */
export const addParticipants: Handler = async (context, caller, request) => {
  const conversationId = pathId(request, 'conversationId');
  const { participantIds } = parse(context.input.rest.addParticipants, request.body);
  return { data: { conversation: await add(context, caller, { conversationId, participantIds }) } };
};

/** `DELETE /conversations/:conversationId/participants/:userId` */
export const removeParticipant: Handler = async (context, caller, request) => {
  const input = { conversationId: pathId(request, 'conversationId'), participantId: pathId(request, 'userId') };
  return { data: { conversation: await remove(context, caller, input) } };
};
