export { type ServerEvent, serverEvents } from './answers.ts';
export { createAsyncApi } from './asyncapi.ts';
export { findBreakingChanges, findBreakingFrames } from './breaking-changes.ts';
export { createClientEvents } from './client-events.ts';
export { createOpenApi } from './openapi.ts';
export type { Operation } from './operation.ts';
export { createOperations } from './operations.ts';
