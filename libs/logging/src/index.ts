import { type DestinationStream, type Logger as PinoLogger, pino } from 'pino';
import { type LogDestination, openLogDestination } from './log-destination.ts';

/** A structured logger: one JSON line per event on standard output. */
export type Logger = PinoLogger;

/** Levels from which lines are written. */
export type LogLevel = 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent';

/** Fields that never reach a log, at any of the places where they travel. */
const SECRET_FIELDS = ['token', 'secret', 'authorization', 'password'];

let standardOutput: LogDestination | undefined;

/**
 * Creates the logger of a process; `service` names it in every line. Tokens and secrets are blanked. A line that cannot be
 * written is dropped and counted: a full disk or a blocked pipe never stops the process.
 */
export function createLogger(service: string, level: LogLevel, destination?: DestinationStream): Logger {
  const options = {
    level,
    base: { service, pid: process.pid },
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: { paths: SECRET_FIELDS.flatMap((field) => [field, `*.${field}`]), censor: '[redacted]' },
  };
  if (destination) return pino(options, destination);
  standardOutput ??= openLogDestination((dropped) => logger.warn({ dropped }, 'log lines were dropped'));
  const logger = pino(options, standardOutput);
  return logger;
}

/** Lines of this process that could not be written to standard output, for its metrics. */
export function droppedLogLines(): number {
  return standardOutput?.dropped() ?? 0;
}
