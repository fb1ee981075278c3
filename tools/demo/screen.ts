import type { WriteStream } from 'node:tty';

/** Lines that stay and one line at the bottom that changes; without a terminal the latter is left out. */
export interface Screen {
  /** True on a terminal, where the bottom line is shown. */
  readonly isLive: boolean;
  say(line: string): void;
  /** Sets the bottom line. */
  status(line: string): void;
  /** Puts a text into a colour of its own, the same for the same key; as it is where colours are not wanted. */
  tint(text: string, key: number): string;
  /** Puts a text into the background. */
  dim(text: string): string;
}

const PLAIN_COLUMNS = 160;
const ESCAPE = '\u001b';
const ERASE_LINE = `\r${ESCAPE}[2K`;
const COLOUR = new RegExp(`(${ESCAPE}\\[\\d+m)`);
const TINTS = [31, 32, 33, 34, 35, 36];

/** Writes on a stream; colours only on a terminal and without NO_COLOR. */
export function createScreen(stream: WriteStream, env: NodeJS.ProcessEnv): Screen {
  const isLive = stream.isTTY === true;
  const hasColours = isLive && !env.NO_COLOR;
  const colour = (code: number, text: string) => (hasColours ? `${ESCAPE}[${code}m${text}${ESCAPE}[0m` : text);
  const columns = () => (isLive && stream.columns) || PLAIN_COLUMNS;
  let bottom = '';
  return {
    isLive,
    say(line) {
      const fitting = fit(line, columns());
      stream.write(isLive ? `${ERASE_LINE}${fitting}\n${fit(bottom, columns())}` : `${fitting}\n`);
    },
    status(line) {
      bottom = line;
      if (isLive) stream.write(`${ERASE_LINE}${fit(line, columns())}`);
    },
    tint: (text, key) => colour(TINTS[key % TINTS.length] ?? 0, text),
    dim: (text) => colour(2, text),
  };
}

/** Text of strangers as it may be shown: no character that would steer the terminal. */
export function harmless(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, '·');
}

/** Cuts a line to a width; escape sequences take no room. */
function fit(line: string, columns: number): string {
  let room = columns - 1;
  let cut = '';
  for (const part of line.split(COLOUR)) {
    if (part.startsWith(ESCAPE)) {
      cut += part;
    } else {
      const characters = Array.from(part);
      cut +=
        characters.length <= room
          ? part
          : `${characters.slice(0, Math.max(0, room - 1)).join('')}${room > 0 ? '…' : ''}`;
      room = Math.max(0, room - characters.length);
    }
  }
  return cut;
}
