import { readFileSync } from 'node:fs';

/** The version of Vestnik that this process runs: that of the repository. */
export const VERSION: string = (
  JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')) as { version: string }
).version;
