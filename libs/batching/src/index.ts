export { createKeyedBatcher, type KeyedBatcher, type Patience } from './keyed-batcher.ts';
export { createSerialBatcher, type SerialBatcher } from './serial-batcher.ts';
