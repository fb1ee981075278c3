import { globSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { usersConfiguration } from '@vestnik/bus';
import { busDocument } from './generate/bus-document.ts';
import { busTables } from './generate/bus-tables.ts';
import { composeSections } from './generate/compose.ts';
import { fillSections } from './generate/sections.ts';
import { settingsTables } from './generate/settings-tables.ts';
import { Fault, runTool } from './start/fault.ts';
import { ROOT } from './start/layout.ts';

/** Files that may have generated sections. */
const WITH_SECTIONS = ['README.md', 'docs/**/*.md', 'services/*/README.md', 'docker-compose.yml', '.env.example'];

/** Writes what follows from the contracts and the settings. With `--check` writes nothing and fails where a file is stale. */
await runTool(async () => {
  const sections = new Map([...busTables(), ...(await settingsTables()), ...(await composeSections())]);
  const files = new Map([
    ['libs/bus/bus-users.conf', usersConfiguration()],
    ['docs/api/bus.asyncapi.json', busDocument()],
  ]);
  for (const file of globSync(WITH_SECTIONS, { cwd: ROOT, exclude: ['**/node_modules'] }).toSorted()) {
    files.set(file, fillSections(file, await readFile(join(ROOT, file), 'utf8'), sections));
  }
  const stale: string[] = [];
  for (const [file, text] of files) {
    const old = await readFile(join(ROOT, file), 'utf8').catch(() => undefined);
    if (old !== text) stale.push(file);
  }
  if (process.argv.includes('--check')) {
    if (stale.length > 0) throw new Fault(`stale: ${stale.join(', ')}; run npm run generate`);
    process.stdout.write('All generated text is up to date\n');
    return;
  }
  for (const file of stale) {
    await writeFile(join(ROOT, file), files.get(file) ?? '');
    process.stdout.write(`${file}\n`);
  }
});
