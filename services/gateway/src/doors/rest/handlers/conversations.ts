import { parse } from '@vestnik/contracts';
import type { Caller, Context } from '../../../context.ts';
import {
  addParticipants as add,
  removeParticipant as remove,
  renameConversation,
} from '../../../use-cases/change-conversation.ts';
import { createDirect, createGroup } from '../../../use-cases/create-conversation.ts';
import { getConversation } from '../../../use-cases/get-conversation.ts';
import { listConversations } from '../../../use-cases/list-conversations.ts';
import { queryLimit, queryText } from '../query.ts';
import { type Handler, pathId } from '../route.ts';

/** `GET /conversations` */
export const list: Handler = async (context, caller, { query }) => {
  const page = { limit: queryLimit(query), cursor: queryText(query, 'cursor') };
  return { json: await context.readLimiter.run(caller.userId, () => listConversations(context, caller, page)) };
};

/** So many participants count as a request more, since a large group costs conversations many times what a small one does. */
const PARTICIPANTS_OF_A_REQUEST = 50;

function chargeFor({ rateLimits }: Context, { userId }: Caller, participants: readonly number[]): void {
  rateLimits.chargeRequest(userId, Math.floor(participants.length / PARTICIPANTS_OF_A_REQUEST));
}

/** `POST /conversations`: a group when the body says so, else the direct conversation with `participantId`. */
export const create: Handler = async (context, caller, { body }) => {
  const { createDirect: direct, createGroup: group } = context.input.rest;
  if ((body as { type?: unknown }).type === 'group') {
    const input = parse(group, body);
    chargeFor(context, caller, input.participantIds);
    const { created: _, ...data } = await createGroup(context, caller, { message: undefined, ...input });
    return { status: 201, data };
  }
  const input = parse(direct, body);
  const { created, ...data } = await createDirect(context, caller, { message: undefined, ...input });
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
  chargeFor(context, caller, participantIds);
  return { data: { conversation: await add(context, caller, { conversationId, participantIds }) } };
};

/** `DELETE /conversations/:conversationId/participants/:userId` */
export const removeParticipant: Handler = async (context, caller, request) => {
  const input = { conversationId: pathId(request, 'conversationId'), participantId: pathId(request, 'userId') };
  return { data: { conversation: await remove(context, caller, input) } };
};
