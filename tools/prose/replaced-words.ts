/** Words of our own with a word of the field in their place (docs/glossary.md). */
export const replacedWords: [pattern: string, replacement: string][] = [
  ['overhear(?:s|d|ing)?', 'observe'],
  ['whoever', 'the user, the caller, the service'],
  ['lighten(?:s|ed)?', 'trim'],
  ['newcomer sockets?', 'unauthenticated connection'],
];
