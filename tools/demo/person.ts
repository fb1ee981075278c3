import type { Message } from '@vestnik/contracts';
import {
  createReconnectingClient,
  type PatientRest,
  type ReconnectingClient,
  type ReconnectingClientOptions,
} from '@vestnik/testing';

/** One author of the log, by nick: a client that connects on `arrive()`, with a REST client of its own. */
export interface Person extends ReconnectingClient {
  readonly rest: PatientRest;
}

/** Receives everything that happens on the sockets of the people. */
export interface Stage {
  /** A message arrived live. */
  delivered(person: Person, message: Message): void;
  /** Any other event arrived. */
  received(person: Person, event: string, data: unknown): void;
}

/** The user of a person, and the gateways to connect to. */
export interface PersonOptions extends Pick<ReconnectingClientOptions, 'userId' | 'token' | 'socketUrls' | 'gateway'> {
  nick: string;
  rest: PatientRest;
  stage: Stage;
}

/**
 * How long a gateway may take to answer, in milliseconds. A log that is too fast for the machine makes the whole system slow,
 * and reconnecting would make it slower.
 */
const ANSWER_WITHIN_MS = 60_000;

/** Creates a person who has not arrived yet. */
export function createPerson({ nick, rest, stage, ...options }: PersonOptions): Person {
  const client = createReconnectingClient({
    ...options,
    name: nick,
    waits: true,
    answerWithinMs: ANSWER_WITHIN_MS,
    onLive: (message) => stage.delivered(person, message),
    onEvent: (event, data) => stage.received(person, event, data),
  });
  const person = { ...client, rest };
  return person;
}
