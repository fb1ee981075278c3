import type { TemplatedApp } from '@uwsjs/core';
import type { Publisher } from '../../rooms/subscriber.ts';
import type { Connection } from './engine-internals.ts';
import { eventPacket } from './packets.ts';

/**
 * The topics of the Socket.IO door. WebSockets hear them through uWebSockets' own publish, as the native door's do;
 * only clients that poll are written to one by one. Socket.IO's own rooms are not used: they look at every socket of a
 * room for every message.
 */
export interface Topics extends Publisher {
  join(connection: Connection, topic: string): void;
  leave(connection: Connection, topic: string): void;
  /** The connection no longer polls: it hears the topics as a WebSocket from now on. */
  upgrade(connection: Connection, topics: Iterable<string>): void;
  /** The connection has gone. */
  drop(connection: Connection, topics: Iterable<string>): void;
}

/** Keeps these topics apart from the native door's on the same app. */
const PREFIX = 'socket.io:';
/** Engine.IO's mark of a message; a connection that polls gets it from Engine.IO itself. */
const MESSAGE = '4';

/** Creates the topics of the door on a uWebSockets app. */
export function createTopics(app: TemplatedApp): Topics {
  /** Who polls, by topic. */
  const polling = new Map<string, Set<Connection>>();

  function stopPolling(connection: Connection, topic: string): void {
    const connections = polling.get(topic);
    if (connections?.delete(connection) && connections.size === 0) polling.delete(topic);
  }

  return {
    join(connection, topic) {
      const { socket } = connection.transport;
      if (socket) {
        socket.subscribe(PREFIX + topic);
        return;
      }
      const connections = polling.get(topic);
      if (connections) connections.add(connection);
      else polling.set(topic, new Set([connection]));
    },
    leave(connection, topic) {
      const { socket } = connection.transport;
      if (socket) socket.unsubscribe(PREFIX + topic);
      else stopPolling(connection, topic);
    },
    upgrade(connection, topics) {
      for (const topic of topics) {
        stopPolling(connection, topic);
        connection.transport.socket?.subscribe(PREFIX + topic);
      }
    },
    drop(connection, topics) {
      for (const topic of topics) stopPolling(connection, topic);
    },
    publish(topic, frame) {
      const name = PREFIX + topic;
      const connections = polling.get(topic);
      const isHeard = app.numSubscribers(name) > 0;
      if (!isHeard && !connections) return;
      const packet = eventPacket(frame);
      if (isHeard) app.publish(name, MESSAGE + packet);
      for (const connection of connections ?? []) connection.write(packet);
    },
  };
}
