import type { TemplatedApp } from '@uwsjs/core';
import type { Publisher } from '../../rooms/subscriber.ts';
import type { Connection } from './engine-internals.ts';
import { eventPacket } from './packets.ts';

/**
 * The topics of the Socket.IO door. WebSockets get their frames by uWebSockets' own publish, as in the native door. The door
 * writes to clients that poll one by one. Socket.IO's own rooms would look at every socket of a room for every message.
 */
export interface Topics extends Publisher {
  join(connection: Connection, topic: string): void;
  leave(connection: Connection, topic: string): void;
  /** The connection no longer polls: it gets the topics as a WebSocket from now on. */
  upgrade(connection: Connection, topics: Iterable<string>): void;
  /** The connection has closed. */
  drop(connection: Connection, topics: Iterable<string>): void;
}

/** Keeps these topics apart from the native door's on the same app. */
const PREFIX = 'socket.io:';
/** Engine.IO's mark of a message; a connection that polls gets it from Engine.IO itself. */
const MESSAGE = '4';

/** Creates the topics of the door on a uWebSockets app. */
export function createTopics(app: TemplatedApp): Topics {
  /** The connections that poll, by topic. */
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
      const hasSockets = app.numSubscribers(name) > 0;
      if (!hasSockets && !connections) return;
      const packet = eventPacket(frame);
      if (hasSockets) app.publish(name, MESSAGE + packet);
      for (const connection of connections ?? []) connection.write(packet);
    },
  };
}
