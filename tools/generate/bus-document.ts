import {
  type AnyEndpoint,
  durableEvents,
  healthEndpoint,
  liveSubjects,
  SERVICES,
  type Service,
  services,
} from '@vestnik/contracts';
import { z } from 'zod';
import { docCommentsOf } from './doc-comments.ts';

/** Stands for an id in the subjects of live events, to find the place of the parameter. */
const SAMPLE_ID = 4_711;

type Json = Record<string, unknown>;

/**
 * Creates the description of the bus as AsyncAPI 3: every request with the schema that judges it, and every event. Answers
 * to requests have types in `libs/contracts/src/bus` and no schemas.
 */
export function busDocument(): string {
  const requests = SERVICES.flatMap((name) => requestsOf(name));
  const durable = Object.entries(durableEvents).map(([key, { subject, schema }]) =>
    channel(subject, docCommentsOf('events.ts')(key), schemaOf(schema)),
  );
  const channels = [...requests, ...durable, ...liveChannels()];
  return `${JSON.stringify(
    {
      asyncapi: '3.1.0',
      info: {
        title: 'Vestnik bus',
        version: '1.0.0',
        description: 'Requests and events between the services, over NATS. docs/subjects.md tells who may do what.',
      },
      defaultContentType: 'application/json',
      servers: { nats: { host: 'localhost:4222', protocol: 'nats', description: 'The bus' } },
      channels: Object.fromEntries(channels.map((each) => [each.key, each.channel])),
      operations: Object.fromEntries(
        channels.map((each) => [
          each.key,
          { action: each.isRequest ? 'receive' : 'send', channel: { $ref: `#/channels/${each.key}` } },
        ]),
      ),
    },
    null,
    2,
  )}\n`;
}

interface Channel {
  key: string;
  isRequest: boolean;
  channel: Json;
}

function requestsOf(name: (typeof SERVICES)[number]): Channel[] {
  const { endpoints, keepsData }: Service = services[name];
  const described: [AnyEndpoint, string][] = Object.entries(endpoints).map(([key, endpoint]) => [
    endpoint,
    docCommentsOf(`${name}.ts`)(key),
  ]);
  if (keepsData) {
    described.push([
      healthEndpoint(name as Parameters<typeof healthEndpoint>[0]),
      'Answers whether the database and the stream take durable writes.',
    ]);
  }
  return described.map(([{ subject, input }, text]) => ({
    ...channel(subject, text, schemaOf(input)),
    isRequest: true,
  }));
}

/** Live events carry frames behind a header (`libs/contracts/src/bus/live.ts`), so they have no JSON schema. */
function liveChannels(): Channel[] {
  return Object.entries(liveSubjects)
    .map(([key, subject]) => [key, typeof subject === 'string' ? subject : subject(SAMPLE_ID)] as const)
    .filter(([, subject]) => !subject.includes('*'))
    .map(([key, subject]) => channel(subject, docCommentsOf('events.ts')(key), { type: 'string' }));
}

function channel(subject: string, description: string, payload: Json): Channel {
  const address = subject.replace(String(SAMPLE_ID), '{id}');
  const key = address.replaceAll(/[^\w]+/g, '_').replace(/_$/, '');
  return {
    key,
    isRequest: false,
    channel: {
      address,
      ...(address === subject ? {} : { parameters: { id: { description: 'The id of a conversation or a user' } } }),
      messages: { [key]: { name: key, description, payload } },
    },
  };
}

function schemaOf(schema: z.ZodType): Json {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { target: 'draft-7', io: 'input', reused: 'inline' });
  return rest;
}
