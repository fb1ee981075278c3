import type { ServerEventName, ServerEvents } from '../protocol/events.ts';

type Listener = (data: never) => void;

/** Makes the list of those who listen to events of the server. */
export function createListeners() {
  const listeners = new Map<string, Set<Listener>>();
  return {
    on<Name extends ServerEventName>(name: Name, listener: (data: ServerEvents[Name]) => void): () => void {
      const own = listeners.get(name) ?? new Set();
      listeners.set(name, own.add(listener));
      return () => own.delete(listener);
    },
    /** Tells an event to those who listen. An error that one of them throws is reported as uncaught, and stops no other. */
    tell(name: string, data: unknown): void {
      for (const listener of listeners.get(name) ?? []) {
        try {
          listener(data as never);
        } catch (error) {
          queueMicrotask(() => {
            throw error;
          });
        }
      }
    },
  };
}
