import type { ErrorRequestHandler, RequestHandler, Response } from 'express';

/** The values that the steps of a request leave for later steps. */
export interface Locals {
  /** The correlation id: in the log line, in failures, over the bus, in the response's X-Request-Id. */
  requestId: string;
  /** The pattern of the route that matched. Unlike the path it names no ids. */
  route?: string;
}

/** A response of ours. */
export type ApiResponse = Response<unknown, Locals>;

/** A step of a request. */
export type Step = RequestHandler<Record<string, string>, unknown, unknown, Record<string, unknown>, Locals>;

/** The step behind all others. It answers the errors that they threw. */
export type FailureStep = ErrorRequestHandler<
  Record<string, string>,
  unknown,
  unknown,
  Record<string, unknown>,
  Locals
>;
