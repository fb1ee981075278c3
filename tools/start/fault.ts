import { isForeseen } from '@vestnik/lifecycle';

/** A foreseeable fault. Its message is one line for the user at the terminal, and says what to do. */
export class Fault extends Error {
  override name = 'Fault';
}

/** Returns the text to show of a fault: one line for a foreseen one, the stack for a defect. */
export function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error instanceof Fault || isForeseen(error)) return error.message.replace(/\s*\n\s*/g, ' ');
  const { code, path } = error as NodeJS.ErrnoException;
  if (path && ['EACCES', 'EPERM', 'EROFS', 'ENOENT'].includes(code ?? '')) {
    return `${path} may not be written by this user: grant the right, or set DATA_DIR to another folder`;
  }
  if (path && (code === 'ENOTDIR' || code === 'EEXIST')) {
    return `${path} is no folder or lies in none: set DATA_DIR to another folder`;
  }
  if (code === 'ENOSPC') return 'the disk is full: make room and start again';
  return error.stack ?? error.message;
}

/** Runs a tool to its end. A fault is written to stderr and ends the process with code 1. */
export async function runTool(tool: () => Promise<void>): Promise<void> {
  try {
    await tool();
  } catch (error) {
    process.stderr.write(`vestnik: ${explain(error)}\n`);
    process.exitCode = 1;
  }
}
