import { type DestinationStream, type Logger as PinoLogger, pino } from 'pino';

/** A structured logger: one JSON line per event on standard output. */
export type Logger = PinoLogger;

/** Levels from which lines are written. */
export type LogLevel = 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent';

/** Fields that never reach a log, at any of the places where they travel. */
const SECRET_FIELDS = ['token', 'secret', 'authorization', 'password'];

/** Creates the logger of a process; `service` names it in every line. Tokens and secrets are blanked. */
export function createLogger(service: string, level: LogLevel, destination?: DestinationStream): Logger {
  const options = {
    level,
    base: { service, pid: process.pid },
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: { paths: SECRET_FIELDS.flatMap((field) => [field, `*.${field}`]), censor: '[redacted]' },
  };
  return destination ? pino(options, destination) : pino(options);
}
