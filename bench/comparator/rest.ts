/* oxlint-disable oxc/no-async-endpoint-handlers -- Express 5 waits for promises and passes their rejections on */
import type { Verifier } from '@vestnik/auth';
import express, { type Request, type Response, type Router } from 'express';
import type { Knex } from 'knex';

const UNREAD = 'm.conversation_id = c.id and m.sender_id <> ? and m.read_at is null';

/** REST of the sketch: pages by offset, unread messages counted one by one. */
export function createRouter(knex: Knex, verify: Verifier): Router {
  const router = express.Router();
  router.use(express.json());
  router.use(async (request: Request, response: Response, next) => {
    const identity = await verify(request.headers.authorization?.replace(/^Bearer /, '') ?? '');
    response.locals['userId'] = identity?.userId;
    if (identity) next();
    else response.status(401).json({ success: false, error: 'Unauthorized' });
  });

  router.get('/conversations', async (request, response) => {
    const { userId } = response.locals as { userId: number };
    const { limit, offset } = page(request);
    const conversations = await knex('conversations as c')
      .leftJoin('messages as last', 'c.last_message_id', 'last.id')
      .whereRaw('? = any (c.participants)', [userId])
      .select('c.*', 'last.content as last_message_content', 'last.created_at as last_message_time')
      .select(knex.raw(`(select count(*)::int from messages m where ${UNREAD}) as unread_count`, [userId]))
      .orderBy('c.last_message_at', 'desc')
      .limit(limit)
      .offset(offset);
    response.json({ success: true, data: { conversations } });
  });

  router.get('/conversations/:conversationId/messages', async (request, response) => {
    const { limit, offset } = page(request);
    const messages = await knex('messages')
      .where({ conversation_id: Number(request.params.conversationId) })
      .orderBy('created_at', 'desc')
      .limit(limit)
      .offset(offset);
    response.json({ success: true, data: { messages } });
  });

  router.get('/unread-count', async (_, response) => {
    const { userId } = response.locals as { userId: number };
    const row = await knex('messages as m')
      .join('conversations as c', 'c.id', 'm.conversation_id')
      .whereRaw(`? = any (c.participants) and ${UNREAD}`, [userId, userId])
      .count<{ count: string }>('* as count')
      .first();
    response.json({ success: true, data: { unread_count: Number(row?.count ?? 0) } });
  });

  return router;
}

function page({ query }: Request): { limit: number; offset: number } {
  return { limit: Number(query['limit'] ?? 50), offset: Number(query['offset'] ?? 0) };
}
