/** The structure that a JSON text of a client may have. Parsing costs by values and depth, and much more than by bytes. */
export interface JsonLimits {
  /** Objects and arrays inside one another. */
  jsonDepth: number;
  /** Values of one text, in all objects and arrays together. */
  jsonValues: number;
}

/** A text of so many characters costs nothing worth a scan, whatever its structure. */
const SHORT = 512;

const [QUOTE, BACKSLASH, COMMA, OPEN_OBJECT, CLOSE_OBJECT, OPEN_ARRAY, CLOSE_ARRAY] = codesOf('"\\,{}[]');

/**
 * Returns whether a JSON text has at most the given depth and number of values. Looks at the signs of JSON alone, in
 * linear time: call it before the text is parsed.
 */
export function isWithinStructure(text: string, { jsonDepth, jsonValues }: JsonLimits): boolean {
  if (text.length <= SHORT) return true;
  let depth = 0;
  let values = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) at = endOfString(text, at);
    else if (code === OPEN_OBJECT || code === OPEN_ARRAY) {
      depth += 1;
      values += 1;
    } else if (code === CLOSE_OBJECT || code === CLOSE_ARRAY) depth -= 1;
    else if (code === COMMA) values += 1;
    if (depth > jsonDepth || values > jsonValues) return false;
  }
  return true;
}

/** The outline of a JSON text that is not parsed. */
export interface Outline {
  /** Whether the text begins and ends as one object. */
  isObject: boolean;
  /** The JSON of the string or number `id` of that object; undefined when there is none. */
  id: string | undefined;
}

/** The value behind a name: a number, or the place where a string begins. */
const SCALAR = /[ \t\n\r]*:[ \t\n\r]*(?:(-?\d[\d.eE+-]*)|(?="))/y;

/** Reads the outline of a JSON text in linear time: enough to answer a frame that is refused before it is parsed. */
export function outlineOf(text: string): Outline {
  let id: string | undefined;
  let depth = 0;
  let objects = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === OPEN_OBJECT || code === OPEN_ARRAY) {
      if (depth === 0) objects += code === OPEN_OBJECT ? 1 : 2;
      depth += 1;
    } else if (code === CLOSE_OBJECT || code === CLOSE_ARRAY) depth -= 1;
    else if (code === QUOTE) {
      const end = endOfString(text, at);
      if (depth === 1 && end === at + 3 && text.startsWith('id', at + 1)) id = scalarBehind(text, end) ?? id;
      at = end;
    }
  }
  return { isObject: objects === 1 && depth === 0, id };
}

/** Returns the JSON of the string or number to which the name that ends at `nameEnd` belongs. */
function scalarBehind(text: string, nameEnd: number): string | undefined {
  SCALAR.lastIndex = nameEnd + 1;
  const match = SCALAR.exec(text);
  if (!match) return undefined;
  return match[1] ?? text.slice(SCALAR.lastIndex, endOfString(text, SCALAR.lastIndex) + 1);
}

/** Returns the place of the quote that ends the string which begins at `start`; the end of the text when none does. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end !== -1; end = text.indexOf('"', end + 1)) {
    let backslashes = 0;
    while (text.charCodeAt(end - 1 - backslashes) === BACKSLASH) backslashes += 1;
    if (backslashes % 2 === 0) return end;
  }
  return text.length;
}

function codesOf(signs: string): number[] {
  return Array.from(signs, (sign) => sign.charCodeAt(0));
}
