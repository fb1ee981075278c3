import { Fault } from '../start/fault.ts';

/** Texts by the names of the sections that hold them. */
export type Sections = ReadonlyMap<string, string>;

/**
 * A section of a file. A comment with `generated: NAME` opens it, and a comment with `end of NAME` ends it. The comments are
 * those of Markdown or of YAML.
 */
const SECTION = /^([ \t]*(?:<!--|#) generated: (.+?)(?: -->)?\n)([\s\S]*?)^([ \t]*(?:<!--|#) end of \2(?: -->)?)$/gm;

/**
 * Writes each section of a file anew, indented as the line that opens it.
 * @throws Fault when a file has a section that there is no text for
 */
export function fillSections(file: string, text: string, sections: Sections): string {
  return text.replace(SECTION, (_whole, opening: string, name: string, _old: string, ending: string) => {
    const content = sections.get(name);
    if (content === undefined) throw new Fault(`${file}: nothing generates the section "${name}"`);
    const indent = /^[ \t]*/.exec(opening)?.[0] ?? '';
    const lines = content.split('\n').map((line) => (line === '' ? '' : indent + line));
    const gap = opening.includes('<!--') ? '\n' : '';
    return `${opening}${gap}${lines.join('\n')}\n${gap}${ending}`;
  });
}

/** A table of Markdown. */
export function table(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(headings), `|${headings.map(() => '---').join('|')}|`, ...rows.map(line)].join('\n');
}

/** Names in code quotes, separated by commas. */
export function code(names: readonly string[]): string {
  return names.map((name) => `\`${name}\``).join(', ');
}
