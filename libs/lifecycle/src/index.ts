export { CRASH_POINTS, type CrashPoint, type CrashPoints, createCrashPoints } from './crash-points.ts';
export { isForeseen } from './foreseen.ts';
export { type Loop, type LoopOptions, startLoop } from './loop.ts';
export { runProcess } from './run-process.ts';
export { type OnStop, type Running, startInOrder } from './running.ts';
