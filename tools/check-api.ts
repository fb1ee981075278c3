import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findBreakingChanges, findBreakingFrames } from '@vestnik/api-documents';
import { publicDocuments } from './api/public-documents.ts';
import { Fault, runTool } from './start/fault.ts';
import { ROOT } from './start/layout.ts';

/** The documents of the last release, with which clients in the field work. */
const RELEASED = join(ROOT, 'docs', 'api');

/**
 * Compares the documents of the API with those of the last release, and fails where a change breaks an older client. With
 * `--release` keeps the documents of now as the last release, where nothing breaks.
 */
await runTool(async () => {
  const now = await publicDocuments();
  const found = [
    ...findBreakingChanges(await released('openapi', now.openapi), now.openapi),
    ...findBreakingFrames(await released('asyncapi', now.asyncapi), now.asyncapi),
  ];
  if (found.length > 0) throw new Fault(`the API breaks older clients:\n  ${found.join('\n  ')}`);
  if (!process.argv.includes('--release')) {
    process.stdout.write('The API breaks no older client\n');
    return;
  }
  await mkdir(RELEASED, { recursive: true });
  for (const [name, document] of Object.entries(now)) {
    await writeFile(join(RELEASED, `${name}.json`), `${JSON.stringify(document, null, 2)}\n`);
  }
});

/** Reads a released document. Before the first release it is the document of now. */
async function released(name: string, now: Record<string, unknown>): Promise<Record<string, unknown>> {
  const text = await readFile(join(RELEASED, `${name}.json`), 'utf8').catch(() => undefined);
  return text === undefined ? now : (JSON.parse(text) as Record<string, unknown>);
}
