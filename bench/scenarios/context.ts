import type { RunningSystem } from '../systems/running-system.ts';

/** The system and the settings of a scenario. */
export interface ScenarioContext {
  system: RunningSystem;
  /** Real texts; undefined for the plain ones. */
  texts: string[] | undefined;
  warmUpSeconds: number;
  measuredSeconds: number;
  /** Sockets of the scenarios that connect, where the arguments name a number. */
  users: number | undefined;
  /** Messages of a history to search in, where the arguments name a number. */
  messages: number | undefined;
  /** A block of user ids of this scenario alone. */
  takeUsers(count: number): number;
  /** Profiles the Node processes while windows are open. */
  profile: boolean;
}

/** Conversations made at the same time. */
const CREATING = 8;

/** Makes groups one after another until `make` has been called for each index; resolves with what it made. */
export async function makeSeveral<Made>(count: number, make: (index: number) => Promise<Made>): Promise<Made[]> {
  const made: Made[] = [];
  const indexes = Array.from({ length: count }).keys();
  const makeInTurn = async () => {
    for (const index of indexes) made[index] = await make(index);
  };
  await Promise.all(Array.from({ length: CREATING }, makeInTurn));
  return made;
}

/** Numbers from `first` on. */
export function range(first: number, count: number): number[] {
  return Array.from({ length: count }, (_, index) => first + index);
}
