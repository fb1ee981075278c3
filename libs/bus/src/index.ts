export { type Bus, type BusOptions, connectBus } from './bus.ts';
export { type ConsumeOptions, type Consumption, consume } from './consume.ts';
export { createSerialBatcher, type Patience, type SerialBatcher } from './serial-batcher.ts';
export { type Handlers, type RequestContext, type ServedService, type ServeOptions, serve } from './serve.ts';
export { ensureStream, publishDurable } from './streams.ts';
