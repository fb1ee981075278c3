import type { ContentLimits } from '@vestnik/contracts';
import { z } from 'zod';
import { error, serverEvents } from './answers.ts';
import { type ClientEventDescription, createClientEvents } from './client-events.ts';
import { API_VERSION } from './openapi.ts';

/** The document of a socket in AsyncAPI 3. */
type Json = Record<string, unknown>;

/**
 * Creates the description of the native socket as AsyncAPI 3. Socket.IO carries the same events, data and replies.
 *
 * @param limits the limits of the process, which stand in the schemas of frames
 * @param host host and port of the sockets
 */
export function createAsyncApi(limits: ContentLimits, host: string): object {
  const clientEvents = Object.entries(createClientEvents(limits));
  const sent = clientEvents.map(([name, event]) => [name, clientMessage(name, event)] as const);
  const replies = clientEvents.flatMap(([name, event]) =>
    repliesTo(name, event).map((reply) => [reply.name, reply] as const),
  );
  const received = Object.entries(serverEvents).map(
    ([name, { summary, data }]) => [name, serverMessage(name, summary, data)] as const,
  );
  const inChannel = (name: string) => ({ $ref: `#/channels/socket/messages/${name}` });
  return shareDefinitions({
    asyncapi: '3.1.0',
    info: {
      title: 'Vestnik sockets',
      version: API_VERSION,
      description:
        'Live events of a messenger between companies, as JSON text frames. Clients ignore events and fields that they do not know. The token travels in the header `Authorization`, or as the subprotocol pair `messenger.v1`, `bearer.<token>`.',
    },
    defaultContentType: 'application/json',
    servers: {
      socket: {
        host,
        protocol: 'ws',
        description: 'This server',
        security: [{ $ref: '#/components/securitySchemes/token' }],
      },
    },
    channels: {
      socket: {
        address: '/ws',
        description: 'One session: one device of one user',
        messages: Object.fromEntries([...sent, ...replies, ...received]),
      },
    },
    operations: Object.fromEntries([
      ...clientEvents.map(([name, event]) => [
        name,
        {
          action: 'receive',
          summary: event.summary,
          channel: { $ref: '#/channels/socket' },
          messages: [inChannel(name)],
          reply: {
            channel: { $ref: '#/channels/socket' },
            messages: repliesTo(name, event).map((reply) => inChannel(reply.name)),
          },
        },
      ]),
      [
        'events',
        {
          action: 'send',
          summary: 'What the server sends by itself',
          channel: { $ref: '#/channels/socket' },
          messages: received.map(([name]) => inChannel(name)),
        },
      ],
    ]),
    components: {
      securitySchemes: { token: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
    },
  });
}

const frameId = z.union([z.int(), z.string()]);

function clientMessage(name: string, { summary, data, example }: ClientEventDescription): Json {
  const frame = z.object({ id: frameId.optional(), event: z.literal(name), data });
  return {
    name,
    summary,
    payload: schemaOf(frame, 'input'),
    examples: [{ name: `${name}-example`, payload: { id: 1, event: name, data: example } }],
  };
}

/** Returns the messages that reply to an event. */
function repliesTo(event: string, { reply, otherReply }: ClientEventDescription): (Json & { name: string })[] {
  const replies = [{ name: `${event}_reply`, data: reply }, ...(otherReply ? [otherReply] : [])];
  return replies.map(({ name, data }) => {
    const done = z.looseObject({ id: frameId, ok: z.literal(true), data });
    const refused = z.looseObject({ id: frameId, ok: z.literal(false), error });
    return { name, summary: `The reply to ${event}`, payload: schemaOf(z.union([done, refused]), 'output') };
  });
}

function serverMessage(name: string, summary: string, data: z.ZodType): Json {
  return { name, summary, payload: schemaOf(z.looseObject({ event: z.literal(name), data }), 'output') };
}

/** Returns the JSON Schema of a frame. The schemas that it names are under `definitions`. */
function schemaOf(schema: z.ZodType, io: 'input' | 'output'): Json {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { target: 'draft-7', io });
  return rest;
}

/**
 * Returns a document in which the schemas that frames name stand once, under `components.schemas`. zod leaves them under
 * `definitions` of each frame.
 */
function shareDefinitions(document: Json): Json {
  const schemas: Json = {};
  const shared = JSON.parse(JSON.stringify(document), (key, value) => {
    if (key === '$ref') return (value as string).replace('#/definitions/', '#/components/schemas/');
    if (key !== 'definitions') return value;
    Object.assign(schemas, value);
    return undefined;
  }) as Json & { components: Json };
  return { ...shared, components: { ...shared.components, schemas } };
}
