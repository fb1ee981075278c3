import { crashAt } from './crash-points.ts';

// For `node --import`: has the process die at the crash point that CRASH_AT names.
crashAt(process.env['CRASH_AT'] ?? '');
