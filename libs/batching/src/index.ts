export { createKeyedBatcher, type KeyedBatcher, type Patience } from './keyed-batcher.ts';
export { createSerialBatcher, type SerialBatcher } from './serial-batcher.ts';
export { createTurnBatcher, type TurnBatcher } from './turn-batcher.ts';
