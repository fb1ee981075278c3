/**
 * Every text begins with a tag of fixed length: the sender, the number of the message, and the intended time of sending.
 * It looks like `#SSSS.NNNNNNN.TTTTTTTTTT `, with the time in microseconds of the load process' own clock. A receiver can check
 * and time the text by the tag alone.
 */
export const TAG_BYTES = 25;

const SENDER_AT = 1;
const SENDER_DIGITS = 4;
const NUMBER_AT = 6;
const NUMBER_DIGITS = 7;
const TIME_AT = 14;
const TIME_DIGITS = 10;

/** Writes a tag at a place; `at` in milliseconds of `performance.now()`. */
export function writeTag(buffer: Buffer, offset: number, sender: number, number: number, at: number): void {
  buffer.write('#0000.0000000.0000000000 ', offset, 'latin1');
  writeDigits(buffer, offset + SENDER_AT, SENDER_DIGITS, sender);
  writeDigits(buffer, offset + NUMBER_AT, NUMBER_DIGITS, number);
  writeDigits(buffer, offset + TIME_AT, TIME_DIGITS, Math.round(at * 1_000));
}

/** Index of the sender in its conversation. */
export function tagSender(buffer: Buffer, offset: number): number {
  return readDigits(buffer, offset + SENDER_AT, SENDER_DIGITS);
}

/** Counts 1, 2, 3 … for each sender. */
export function tagNumber(buffer: Buffer, offset: number): number {
  return readDigits(buffer, offset + NUMBER_AT, NUMBER_DIGITS);
}

/** When the message was meant to be sent, in milliseconds of `performance.now()`. */
export function tagTime(buffer: Buffer, offset: number): number {
  return readDigits(buffer, offset + TIME_AT, TIME_DIGITS) / 1_000;
}

/** Writes a whole number with leading zeros. */
export function writeDigits(buffer: Buffer, offset: number, digits: number, value: number): void {
  let rest = value;
  for (let index = offset + digits - 1; index >= offset; index -= 1) {
    buffer[index] = 48 + (rest % 10);
    rest = Math.floor(rest / 10);
  }
}

function readDigits(buffer: Buffer, offset: number, digits: number): number {
  let value = 0;
  for (let index = offset; index < offset + digits; index += 1) value = value * 10 + ((buffer[index] ?? 48) - 48);
  return value;
}
