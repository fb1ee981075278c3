import { type Connection, ConnectionLost, NoReply, type openConnection, Refusal } from '@vestnik/testing';
import { io, type Socket } from 'socket.io-client';

interface Reply {
  ok: boolean;
  data?: unknown;
  error?: { code: string; message: string };
}

/** Socket.IO tells a reason and no close code. */
const NO_CODE = 1005;

/**
 * As `openConnection`, by the stock Socket.IO client, which begins by polling and changes to a WebSocket. It comes back
 * by itself no more than the native one does.
 */
export const openSocketIoConnection: typeof openConnection = async (url, token, onEvent, readyWithinMs) => {
  const { host } = new URL(url);
  const socket = io(`http://${host}`, { auth: { token }, forceNew: true, reconnection: false, timeout: readyWithinMs });
  let end: (code: number) => void = () => {};
  const closed = new Promise<number>((resolve) => {
    end = resolve;
  });
  const cut = () => {
    closeTransport(socket);
    socket.disconnect();
    end(NO_CODE);
  };
  socket.on('disconnect', () => end(NO_CODE));
  socket.onAny((event: string, data: unknown) => onEvent(event, data));

  await new Promise<void>((resolve, reject) => {
    const tooLate = setTimeout(() => {
      reject(new ConnectionLost(`no ready within ${readyWithinMs} ms`));
    }, readyWithinMs);
    socket.once('ready', () => resolve());
    socket.once('connect_error', (error) => reject(new ConnectionLost(error.message)));
    void closed.then(() => reject(new ConnectionLost('disconnected')));
    void closed.finally(() => clearTimeout(tooLate));
    socket.once('ready', () => clearTimeout(tooLate));
    socket.once('connect_error', () => clearTimeout(tooLate));
  }).catch((error: unknown) => {
    cut();
    throw error;
  });

  const connection: Connection = {
    closed,
    async call(event, data, withinMs) {
      if (!socket.connected) throw new ConnectionLost('the socket is closed');
      const reply = await ask(socket, event, data, withinMs);
      if (reply.ok) return reply.data;
      throw new Refusal(reply.error?.code ?? 'none', reply.error?.message ?? 'refused without a reason');
    },
    tell(event, data) {
      if (socket.connected) socket.emit(event, data);
    },
    close: () => void socket.disconnect(),
    cut,
    // The stock client hands whole frames to its transport.
    cutInFrame: cut,
  };
  return connection;
};

async function ask(socket: Socket, event: string, data: unknown, withinMs: number): Promise<Reply> {
  try {
    return (await socket.timeout(withinMs).emitWithAck(event, data)) as Reply;
  } catch {
    throw socket.connected
      ? new NoReply(`no reply to ${event} within ${withinMs} ms`)
      : new ConnectionLost('disconnected before the reply');
  }
}

/** Ends the connection below without a word, where there is one: a poller has none. */
function closeTransport(socket: Socket): void {
  const { ws } = socket.io.engine.transport as unknown as { ws?: { terminate?(): void } };
  ws?.terminate?.();
}
