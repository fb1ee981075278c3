export { isForeseen } from './foreseen.ts';
export { type Loop, type LoopOptions, startLoop } from './loop.ts';
export { runProcess } from './run-process.ts';
export { type OnStop, type Running, startInOrder } from './running.ts';
