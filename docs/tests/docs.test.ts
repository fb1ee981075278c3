import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');
const find = (pattern: string) => globSync(pattern, { cwd: ROOT, exclude: (name) => name === 'node_modules' });
const matches = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map((match) => match[1] ?? '');

const documents = [
  'README.md',
  'CONTRIBUTING.md',
  ...find('docs/**/*.md'),
  ...find('{libs,services,clients}/*/README.md'),
];

test('every relative link in the documents leads to something', () => {
  const broken = documents.flatMap((document) =>
    matches(read(document), /\]\(([^)\s]+)\)/g)
      .filter((link) => !/^[a-z]+:/.test(link))
      .filter((link) => {
        const [path = '', anchor] = link.split('#');
        const target = path === '' ? document : join(dirname(document), path);
        if (!existsSync(join(ROOT, target))) return true;
        return anchor !== undefined && !anchorsOf(read(target)).includes(anchor);
      })
      .map((link) => `${document}: ${link}`),
  );
  expect(broken).toEqual([]);
});

test('every file that the documents name exists', () => {
  // The examples of docs/adding.md make these.
  const examples = matches(read('docs/adding.md'), /^\+\+\+ b\/(.+)$/gm);
  const isExample = (path: string) => examples.includes(path) || /company-files|NNNN/.test(path);
  const files = find('{*,.*,{libs,services,clients,tools,tests,docs,.ci}/**/*}.*').map((path) => `/${path}`);
  const missing = documents.flatMap((document) =>
    matches(read(document), /`([\w.-]+(?:\/[\w.-]+)*\.(?:ts|mjs|sql|md|json|yml))`/g)
      .filter((path) => ![ROOT, join(ROOT, dirname(document))].some((folder) => existsSync(join(folder, path))))
      .filter((path) => !files.some((file) => isShortFor(path, file)) && !isExample(path))
      .map((path) => `${document}: ${path}`),
  );
  expect(missing).toEqual([]);
});

test('every test in the guarantees exists in its file', () => {
  const missing = read('docs/guarantees.md')
    .split(/^## /m)
    .flatMap((section) => {
      const folder = /: `([^`]+)`/.exec(section)?.[1] ?? '';
      return [...section.matchAll(/\| `([\w-]+\.test\.ts)` › (.+) \|$/gm)].map(([, file = '', title = '']) => ({
        path: join(folder, file),
        title,
      }));
    })
    .filter(({ path, title }) => !existsSync(join(ROOT, path)) || !read(path).includes(`'${title}'`));
  expect(missing).toEqual([]);
});

test('every test that the threat model names exists in its file', () => {
  const [model = ''] = read('docs/security.md').split('# The review');
  const named = [...model.matchAll(/`([\w./-]+\.test\.ts)` › (.+) \|$/gm)];
  expect(named.length).toBeGreaterThan(25);
  const missing = named.filter(([, path = '', title = '']) => !read(path).includes(`'${title}'`));
  expect(missing.map(([row]) => row)).toEqual([]);
});

test('every guarantee names code that exists: a file and what it defines', () => {
  const rows = read('docs/guarantees.md')
    .split('\n')
    .filter((line) => line.startsWith('| ') && line.includes('.test.ts`'));
  expect(rows.length).toBeGreaterThan(250);
  const named = rows.map((row) => {
    const [, path = '', symbol = ''] =
      /\| `([\w./-]+\.(?:ts|mjs|sql))` `(\w+)` \| `[\w./-]+\.test\.ts`/.exec(row) ?? [];
    return { row: row.slice(0, 80), path, symbol };
  });
  const isDefined = ({ path, symbol }: { path: string; symbol: string }) =>
    path !== '' &&
    existsSync(join(ROOT, path)) &&
    new RegExp(`\\b(?:function|const|class) ${symbol}\\b|^\\s+(?:async )?${symbol}\\(`, 'm').test(read(path));
  expect(named.filter((code) => !isDefined(code))).toEqual([]);
});

test('every test that a document names by its path and title exists', () => {
  const named = documents.flatMap((document) =>
    [...read(document).matchAll(/`((?:[\w-]+\/)+[\w-]+\.test\.ts)` › (.+)$/gm)].map(([, path = '', rest = '']) => ({
      path,
      rest,
    })),
  );
  expect(named.length).toBeGreaterThan(20);
  const isTitled = ({ path, rest }: { path: string; rest: string }) =>
    matches(read(path), /'([^'\n]{8,})'/g).some((title) => rest.startsWith(title));
  expect(named.filter((test) => !isTitled(test))).toEqual([]);
});

test('every package whose private parts are used has the version in which they were looked at', () => {
  const inside = read('docs/adr/0005-libraries.md')
    .split(/^## /m)
    .find((section) => section.startsWith('Private parts of libraries'));
  const looked = [...(inside ?? '').matchAll(/^\| `([^`]+)` (\S+) \|/gm)].map(([, name = '', version]) => ({
    name,
    version,
  }));
  expect(looked.length).toBeGreaterThan(5);
  const { packages } = JSON.parse(read('package-lock.json')) as { packages: Record<string, { version?: string }> };
  const installed = looked.map(({ name }) => ({ name, version: packages[`node_modules/${name}`]?.version }));
  expect(looked).toEqual(installed);
});

test('every request, live event, stream and durable consumer is in docs/subjects.md', () => {
  const subjects = read('docs/subjects.md');
  const contracts = find('libs/contracts/src/bus/*.ts').map(read).join('\n');
  const verbs = matches(contracts, /define<.*?>\(\)\(\s*'\w+',\s*'([\w-]+)'/gs);
  const events = matches(contracts, /[`']evt\.(\w+\.v1\.\w+)/g);
  const names = matches(contracts, /(?:name|stream): '([A-Z]+)'/g);
  const consumers = matches(contracts, /durable: '([\w-]+)'/g);
  expect(Math.min(verbs.length, events.length, names.length, consumers.length)).toBeGreaterThan(0);
  const known = [...verbs, ...events, ...names, ...consumers];
  expect(known.filter((name) => !subjects.includes(name))).toEqual([]);
});

test('every setting that a process reads is in docs/settings.md', () => {
  const documented = read('docs/settings.md');
  const files = [...find('services/*/src/config.ts'), ...find('libs/config/src/*.ts'), 'tools/start/settings.ts'];
  const settings = files.flatMap((path) => matches(read(path), /(?:\benv: |limitOf\()\s*'([A-Z][A-Z_]+)'/g));
  expect(settings.length).toBeGreaterThan(20);
  expect([...new Set(settings)].filter((name) => !documented.includes(`\`${name}\``))).toEqual([]);
});

test('every dependency has its reason', () => {
  const reasons = read('docs/adr/0005-libraries.md');
  const manifests = ['package.json', ...find('{tools,tests,docs,bench,libs/*,services/*,clients/*}/package.json')].map(
    (path) => JSON.parse(read(path)),
  );
  const names = manifests.flatMap((manifest) =>
    ['dependencies', 'devDependencies', 'optionalDependencies'].flatMap((kind) => Object.keys(manifest[kind] ?? {})),
  );
  const foreign = [...new Set(names)].filter((name) => !name.startsWith('@vestnik/'));
  expect(foreign.filter((name) => !reasons.includes(`\`${name}\``))).toEqual([]);
});

/** The anchors of a document's headings, as GitHub makes them. */
function anchorsOf(text: string): string[] {
  return matches(text, /^#+ (.+)$/gm).map((heading) =>
    heading
      .toLowerCase()
      .replace(/[^\w\- ]/g, '')
      .replaceAll(' ', '-'),
  );
}

/** A document may leave out the folders that its reader knows; a path from the root stands for itself alone. */
function isShortFor(path: string, file: string): boolean {
  return !/^(libs|services|clients|tools|tests|docs)\//.test(path) && file.endsWith(`/${path}`);
}
