import type { Verifier } from '@vestnik/auth';
import type { Knex } from 'knex';
import type { Server, Socket } from 'socket.io';

interface ConversationRow {
  id: number;
  participants: number[];
}

interface SendMessage {
  conversationId: number;
  content: string;
  type?: string;
  attachments?: unknown[];
}

type Acknowledge = (reply: unknown) => void;

/**
 * The sockets of the sketch: one socket per user in a map, one insert per message, one emit to each participant's socket.
 * Every user gets the status of every other user.
 */
export function openSockets(io: Server, knex: Knex, verify: Verifier): void {
  const userSockets = new Map<number, Socket>();

  io.use((socket, next) => {
    // oxlint-disable promise/no-callback-in-promise -- that is how a middleware of Socket.IO answers
    Promise.resolve(verify(String(socket.handshake.auth['token']))).then((identity) => {
      if (identity) socket.data = { userId: identity.userId };
      next(identity ? undefined : new Error('Authentication error'));
    }, next);
    // oxlint-enable promise/no-callback-in-promise
  });

  async function tellStatus(userId: number, isOnline: boolean): Promise<void> {
    const lastSeen = new Date();
    await knex('users').insert({ id: userId, is_online: isOnline, last_seen: lastSeen }).onConflict('id').merge();
    io.emit('user_status', { user_id: userId, is_online: isOnline, last_seen: lastSeen });
  }

  async function joinConversations(socket: Socket, userId: number): Promise<void> {
    const rows = await knex<ConversationRow>('conversations').whereRaw('? = any (participants)', [userId]).select('id');
    for (const { id } of rows) await socket.join(`conversation:${id}`);
  }

  async function sendMessage(userId: number, data: SendMessage): Promise<unknown> {
    const { conversationId, content, type = 'text', attachments = [] } = data;
    const conversation = await knex<ConversationRow>('conversations').where({ id: conversationId }).first();
    if (!conversation?.participants.includes(userId)) return { ok: false, error: { code: 'forbidden' } };
    const [message] = await knex('messages')
      .insert({
        conversation_id: conversationId,
        sender_id: userId,
        content,
        type,
        attachments: JSON.stringify(attachments),
      })
      .returning('*');
    await knex('conversations')
      .where({ id: conversationId })
      .update({ last_message_id: message.id, last_message_at: message.created_at, updated_at: knex.fn.now() });
    for (const participant of conversation.participants) {
      userSockets.get(participant)?.emit('new_message', { conversation_id: conversationId, message });
    }
    return { ok: true, data: { message } };
  }

  function onEvent<Data>(socket: Socket, event: string, handle: (data: Data) => Promise<unknown>): void {
    socket.on(event, (data: Data, acknowledge?: Acknowledge) => {
      handle(data).then(
        (reply) => acknowledge?.(reply),
        (error: unknown) => acknowledge?.({ ok: false, error: { code: String(error) } }),
      );
    });
  }

  io.on('connection', (socket) => {
    const { userId } = socket.data as { userId: number };
    userSockets.set(userId, socket);
    const entered = Promise.all([joinConversations(socket, userId), tellStatus(userId, true)]);
    entered.catch((error: unknown) => process.stderr.write(`connection: ${String(error)}\n`));

    onEvent<SendMessage>(socket, 'send_message', (data) => sendMessage(userId, data));
    onEvent<{ conversationId: number; isTyping: boolean }>(socket, 'typing', async ({ conversationId, isTyping }) => {
      const data = { conversation_id: conversationId, user_id: userId, is_typing: isTyping };
      socket.to(`conversation:${conversationId}`).emit('user_typing', data);
    });
    onEvent<{ conversationId: number; messageIds: number[] }>(socket, 'read_messages', async (data) => {
      const readAt = new Date();
      await knex('messages').whereIn('id', data.messageIds).update({ read_at: readAt });
      socket.to(`conversation:${data.conversationId}`).emit('messages_read', {
        conversation_id: data.conversationId,
        user_id: userId,
        message_ids: data.messageIds,
        read_at: readAt,
      });
    });
    socket.on('disconnect', () => {
      userSockets.delete(userId);
      tellStatus(userId, false).catch((error: unknown) => process.stderr.write(`disconnect: ${String(error)}\n`));
    });
  });
}
