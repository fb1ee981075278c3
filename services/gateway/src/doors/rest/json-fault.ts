/** One token of JSON (RFC 8259), with the white space before it. */
const TOKEN =
  /[ \t\n\r]*(?:([{}[\],:])|("(?:[ !#-[\]-\uffff]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*")|(-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.])|(?:true|false|null)(?!\w)))/y;

/** The kinds of token that may come next. */
type Expected = 'value' | 'value or ]' | 'key' | 'key or }' | ':' | ', or end';

/**
 * Finds the place where a text is no longer JSON, as `line 1, column 5`. Node names the place in some of its errors only.
 * Call it for a text that `JSON.parse` has refused.
 */
export function findJsonFault(text: string): string {
  const open: ('{' | '[')[] = [];
  let expected: Expected = 'value';
  TOKEN.lastIndex = 0;
  for (;;) {
    const from = TOKEN.lastIndex;
    const [, sign, string, literal] = TOKEN.exec(text) ?? [];
    const next = step(expected, open, sign, string !== undefined, literal !== undefined);
    if (!next) return placeOf(text, from + (/^[ \t\n\r]*/.exec(text.slice(from))?.[0].length ?? 0));
    expected = next;
  }
}

/** Takes one token. Returns the kinds of token that may follow it; undefined when the token may not stand here. */
function step(
  expected: Expected,
  open: ('{' | '[')[],
  sign: string | undefined,
  isString: boolean,
  isLiteral: boolean,
): Expected | undefined {
  const takesValue = expected === 'value' || expected === 'value or ]';
  if (takesValue && (sign === '{' || sign === '[')) {
    open.push(sign);
    return sign === '{' ? 'key or }' : 'value or ]';
  }
  if (takesValue && (isString || isLiteral)) return ', or end';
  if (expected === 'key' || expected === 'key or }') {
    if (isString) return ':';
    return expected === 'key or }' && sign === '}' && open.pop() ? ', or end' : undefined;
  }
  if (expected === ':') return sign === ':' ? 'value' : undefined;
  if (expected === 'value or ]' && sign === ']' && open.pop()) return ', or end';
  if (expected !== ', or end') return undefined;
  const inside = open.at(-1);
  if (sign === ',' && inside) return inside === '{' ? 'key' : 'value';
  if ((sign === '}' && inside === '{') || (sign === ']' && inside === '[')) {
    open.pop();
    return ', or end';
  }
  return undefined;
}

function placeOf(text: string, at: number): string {
  const before = text.slice(0, at);
  const line = before.split('\n').length;
  return `line ${line}, column ${at - before.lastIndexOf('\n')}`;
}
