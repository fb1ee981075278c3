export { type Coalescer, createCoalescer } from './coalescer.ts';
export { createKeyedBatcher, type KeyedBatcher, type Patience } from './keyed-batcher.ts';
export { createKeyedQueue, type KeyedQueue, type KeyedQueueOptions, type QueueBound } from './keyed-queue.ts';
export { createSerialBatcher, type SerialBatcher } from './serial-batcher.ts';
