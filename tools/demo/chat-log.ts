/** One message of a log. */
export interface LogLine {
  /** HH:MM as the log has it. */
  time: string;
  /** Index of the author in `people`. */
  author: number;
  text: string;
  /** Index of the person whom the text addresses by name, if it does. */
  addressee: number | undefined;
}

/** A chat log, read. */
export interface ChatLog {
  /** Nicks as they were first written, in the order of first appearance. */
  people: string[];
  lines: LogLine[];
  /** Messages without any text, which are left out. */
  empty: number;
}

// `[^]` and no `.`: a text may hold any control character.
const MESSAGE = /^\[(\d\d:\d\d)\] <([^>]+)>(?: ([^]*))?$/;
const ADDRESS = /^([^\s:,]+)[:,]/;

/** Reads a log of lines like `[12:34] <nick> text`; lines of any other form are passed over. Nicks know no case. */
export function parseChatLog(content: string): ChatLog {
  const people: string[] = [];
  const indexes = new Map<string, number>();
  const lines: LogLine[] = [];
  let empty = 0;
  for (const raw of splitLines(content)) {
    const [, time, nick, typed = ''] = MESSAGE.exec(raw) ?? [];
    if (time === undefined || nick === undefined) continue;
    const text = typed.replaceAll('\0', '');
    if (text === '') {
      empty += 1;
      continue;
    }
    let author = indexes.get(nick.toLowerCase());
    if (author === undefined) {
      author = people.push(nick) - 1;
      indexes.set(nick.toLowerCase(), author);
    }
    lines.push({ time, author, text, addressee: undefined });
  }
  for (const line of lines) {
    const name = ADDRESS.exec(line.text)?.[1]?.toLowerCase();
    const addressee = name === undefined ? undefined : indexes.get(name);
    if (addressee !== line.author) line.addressee = addressee;
  }
  return { people, lines, empty };
}

/** A carriage return belongs to the end of a line only when every line ends with one. Otherwise it is part of the text. */
function splitLines(content: string): string[] {
  const lines = content.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines.every((line) => line.endsWith('\r')) ? lines.map((line) => line.slice(0, -1)) : lines;
}
