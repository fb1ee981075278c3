import { Fault } from './fault.ts';

/**
 * Reads a positive whole number from an argument of a command.
 *
 * @param option the argument, as the user wrote it
 * @throws Fault for any other text, and without one.
 */
export function wholeNumber(option: string, value: string | undefined): number {
  const number = Number(value);
  if (value === undefined) throw new Fault(`${option} is missing`);
  if (!/^\d+$/.test(value) || !Number.isSafeInteger(number) || number < 1) {
    throw new Fault(`${option} must be a positive whole number`);
  }
  return number;
}
