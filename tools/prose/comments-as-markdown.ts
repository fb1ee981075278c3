/** The text of a comment line in TypeScript, JavaScript or SQL. */
const COMMENT = {
  code: /^\s*(?:\/\*\*?|\*(?!\/)|\/\/)[ \t]?(.*?)(?:\*\/)?\s*$/,
  sql: /^\s*--[ \t]?(.*)$/,
};

/**
 * Turns a source file into Markdown that holds its comments on the same lines. Code becomes empty lines, so that each
 * comment is a paragraph. A tag such as `@throws` becomes an item of a list, so that it is a text of its own.
 */
export function commentsAsMarkdown(file: string, source: string): string {
  const comment = file.endsWith('.sql') ? COMMENT.sql : COMMENT.code;
  return source
    .split('\n')
    .map((line) => {
      const text = (comment.exec(line)?.[1] ?? '').trim();
      return text.startsWith('@') ? `- ${text.slice(1)}` : text.replace(/^#/, '\\#');
    })
    .join('\n');
}
