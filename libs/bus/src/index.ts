export { type Bus, type BusOptions, connectBus } from './bus.ts';
export { type ConsumeOptions, consume, type Consumption } from './consume.ts';
export { ensureStream, publishDurable } from './streams.ts';
export { createSerialBatcher, type SerialBatcher } from './serial-batcher.ts';
export { type Handlers, type RequestContext, serve, type ServeOptions, type ServedService } from './serve.ts';
