import { execFileSync } from 'node:child_process';
import { existsSync, globSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { schemaOf } from '@vestnik/contracts';
import { Fault, runTool } from './start/fault.ts';
import { ROOT } from './start/layout.ts';

const USAGE = 'npm run new:service -- company-files';
const TEMPLATE = join(ROOT, 'tools', 'new-service');

/** Makes a service with a schema: its folder, its requests in the contracts, and its entry in the registry. */
await runTool(async () => {
  const name = readName(process.argv.slice(2));
  const written = [...(await writeFolder(name)), await writeContracts(name)];
  const changed = [await register(name), await exportRequests(name), await lock(name), ...(await document(name))];
  const sources = [...written, ...changed].filter((file) => /\.(ts|json)$/.test(file) && file !== 'package-lock.json');
  run(join(ROOT, 'node_modules', '.bin', 'biome'), 'check', '--write', ...sources);
  run(process.execPath, '--disable-warning=ExperimentalWarning', 'tools/generate.ts');
  for (const file of written) process.stdout.write(`new      ${file}\n`);
  for (const file of changed) process.stdout.write(`changed  ${file}\n`);
  process.stdout.write(
    `Next: npm test -w @vestnik/${name}, then put what it owns in place of the entries (docs/adding.md)\n`,
  );
});

function readName([name, ...rest]: string[]): string {
  if (!name || rest.length > 0) throw new Fault(`the service needs a name; as in ${USAGE}`);
  if (!/^[a-z]+(-[a-z]+)*$/.test(name) || name.length > 30) {
    throw new Fault(`"${name}" is not words of a to z with hyphens, of at most 30 characters; as in ${USAGE}`);
  }
  if (existsSync(join(ROOT, 'services', name)) || ['ops', 'tests'].includes(name)) {
    throw new Fault(`there is "${name}" already`);
  }
  return name;
}

/** The name as TypeScript writes it: `companyFiles`. */
function camelOf(name: string): string {
  return name.replace(/-([a-z])/g, (_hyphen, letter: string) => letter.toUpperCase());
}

async function fill(template: string, name: string): Promise<string> {
  const presence = JSON.parse(await readFile(join(ROOT, 'services/presence/package.json'), 'utf8'));
  const values: Record<string, string> = {
    name,
    camel: camelOf(name),
    schema: schemaOf(name as Parameters<typeof schemaOf>[0]),
    mikroOrm: presence.dependencies['@mikro-orm/core'],
  };
  return template.replace(/\{\{(\w+)\}\}/g, (_whole, key: string) => values[key] ?? '');
}

async function writeFolder(name: string): Promise<string[]> {
  const templates = globSync('template/**/*.template', { cwd: TEMPLATE }).toSorted();
  return Promise.all(
    templates.map(async (template) => {
      const file = join('services', name, template.replace('template/', '').replace(/\.template$/, ''));
      await mkdir(dirname(join(ROOT, file)), { recursive: true });
      await writeFile(join(ROOT, file), await fill(await readFile(join(TEMPLATE, template), 'utf8'), name));
      return file;
    }),
  );
}

async function writeContracts(name: string): Promise<string> {
  const file = `libs/contracts/src/bus/${name}.ts`;
  await writeFile(join(ROOT, file), await fill(await readFile(join(TEMPLATE, 'contracts.ts.template'), 'utf8'), name));
  return file;
}

/** Puts text before or after a text that the file has once. */
async function insert(file: string, where: 'before' | 'after', anchor: string, text: string): Promise<string> {
  const old = await readFile(join(ROOT, file), 'utf8');
  const [head, tail, ...more] = old.split(anchor);
  if (tail === undefined || more.length > 0) throw new Fault(`${file} has not once: ${anchor}`);
  const middle = where === 'before' ? text + anchor : anchor + text;
  await writeFile(join(ROOT, file), head + middle + tail);
  return file;
}

async function register(name: string): Promise<string> {
  const file = 'libs/contracts/src/services.ts';
  const camel = camelOf(name);
  await insert(
    file,
    'before',
    'import { gatewayEndpoints }',
    `import { ${camel}Endpoints } from './bus/${name}.ts';\n`,
  );
  const entry = `  ${JSON.stringify(name)}: {
    ...none,
    purpose: 'Entries: a text for each key',
    keepsData: true,
    endpoints: ${camel}Endpoints,
  },
`;
  return insert(file, 'before', '} as const satisfies Record<string, Service>;', entry);
}

async function exportRequests(name: string): Promise<string> {
  const line = `export { ${camelOf(name)}Endpoints } from './bus/${name}.ts';\n`;
  return insert('libs/contracts/src/index.ts', 'before', 'export { gatewayEndpoints }', line);
}

/** Adds the workspace to the lock, as npm would: no package is fetched for it. */
async function lock(name: string): Promise<string> {
  const path = join(ROOT, 'package-lock.json');
  const content = JSON.parse(await readFile(path, 'utf8')) as { packages: Record<string, object> };
  const { version, dependencies, devDependencies } = JSON.parse(
    await readFile(join(ROOT, 'services', name, 'package.json'), 'utf8'),
  );
  content.packages[`services/${name}`] = { name: `@vestnik/${name}`, version, dependencies, devDependencies };
  content.packages[`node_modules/@vestnik/${name}`] = { resolved: `services/${name}`, link: true };
  content.packages = Object.fromEntries(
    Object.entries(content.packages).toSorted(([one], [other]) => one.localeCompare(other, 'en')),
  );
  await writeFile(path, `${JSON.stringify(content, null, 2)}\n`);
  return 'package-lock.json';
}

/** Adds the sections that `npm run generate` fills. */
async function document(name: string): Promise<string[]> {
  const section = (title: string) => `<!-- generated: ${title} -->\n<!-- end of ${title} -->\n`;
  const settings = join(ROOT, 'docs/settings.md');
  const old = await readFile(settings, 'utf8');
  await writeFile(settings, `${old}\n## ${name}\n\n${section(`settings of ${name}`)}`);
  const requests = `\n${section(`requests of ${name} in short`)}`;
  return [
    'docs/settings.md',
    await insert('docs/subjects.md', 'after', '<!-- end of requests of gateway in short -->\n', requests),
  ];
}

function run(program: string, ...args: string[]): void {
  execFileSync(program, args, { cwd: ROOT, stdio: ['ignore', 'ignore', 'inherit'] });
}
