import { type Action, reduce } from './reduce.ts';
import { type AccountState, EMPTY } from './state.ts';

/** The state of the account, and its listeners. */
export interface Store {
  get(): AccountState;
  /** Takes actions; listeners hear of them once, in a task of their own. */
  dispatch(...actions: Action[]): void;
  subscribe(listener: () => void): () => void;
  /** Calls `listener` with each action after it has been taken, at once. */
  onAction(listener: (action: Action) => void): () => void;
}

/** Makes the store of an account of which nothing is known. */
export function createStore(): Store {
  let state = EMPTY;
  let isTold = true;
  const listeners = new Set<() => void>();
  const observers = new Set<(action: Action) => void>();

  function tell(): void {
    isTold = true;
    for (const listener of listeners) listener();
  }

  return {
    get: () => state,
    dispatch(...actions) {
      const before = state;
      for (const action of actions) {
        state = reduce(state, action);
        for (const observer of observers) observer(action);
      }
      if (state === before || !isTold) return;
      isTold = false;
      queueMicrotask(tell);
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    onAction(listener) {
      observers.add(listener);
      return () => observers.delete(listener);
    },
  };
}
