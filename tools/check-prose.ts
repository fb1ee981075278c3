import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { TextlintKernel, TextlintKernelDescriptor, type TextlintRuleModule } from '@textlint/kernel';
import { commentsAsMarkdown } from './prose/comments-as-markdown.ts';
import { plainSentence } from './prose/plain-sentence.ts';
import { replacedWords } from './prose/replaced-words.ts';
import { ROOT } from './start/layout.ts';

/** A migration that has landed is never edited, so these sentences stay as they are. Each is named by its beginning. */
const EXCEPTIONS: readonly { file: string; text: string }[] = [
  { file: 'services/messages/migrations/0001-create-tables.sql', text: 'Who wrote the newest message.' },
  { file: 'services/notifications/migrations/0001-create-tables.sql', text: 'Own copy of who is in which' },
  { file: 'services/notifications/migrations/0001-create-tables.sql', text: 'The record of what was pushed' },
  { file: 'services/notifications/migrations/0001-create-tables.sql', text: 'Of what is pending, next_attempt_at' },
  {
    file: 'services/notifications/migrations/0006-preferences-of-conversations.sql',
    text: 'Quiet hours name their days',
  },
  {
    file: 'services/notifications/migrations/0006-preferences-of-conversations.sql',
    text: 'What a user wants to be pushed',
  },
];

/** Findings that the check bears. */
const MOST_FINDINGS = 0;

/** Files with prose: documents, and code for its comments. */
const PROSE = /\.(md|ts|mjs|sql)$/;
/** Texts that are data. */
const DATA = /^(tools\/demo\/.*\.txt|tests\/fixtures\/)/;

const require = createRequire(import.meta.url);
/** Takes a CommonJS package's default export. */
function load<Module>(name: string): Module {
  const module = require(name) as { default?: Module } & Module;
  return module.default ?? module;
}

const descriptor = new TextlintKernelDescriptor({
  plugins: [{ pluginId: 'markdown', plugin: load('@textlint/textlint-plugin-markdown') }],
  filterRules: [],
  rules: [
    { ruleId: 'plain-sentence', rule: plainSentence },
    {
      ruleId: 'sentence-length',
      rule: load<TextlintRuleModule>('textlint-rule-sentence-length'),
      options: { max: 220, skipPatterns: ['/`[^`]*`/', '/\\(http[^)]*\\)/'] },
    },
    {
      ruleId: 'terminology',
      rule: load<TextlintRuleModule>('textlint-rule-terminology'),
      options: { defaultTerms: false, terms: replacedWords, skip: ['Code', 'CodeBlock', 'BlockQuote'] },
    },
  ],
});

const kernel = new TextlintKernel();
const chosen = process.argv.slice(2).filter((arg) => !arg.startsWith('--'));
const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', ...chosen], {
  cwd: ROOT,
  encoding: 'utf8',
  maxBuffer: 64 * 1024 * 1024,
})
  .split('\n')
  .filter((file) => PROSE.test(file) && !DATA.test(file));

let count = 0;
for (const file of new Set(files)) {
  const source = readFileSync(join(ROOT, file), 'utf8');
  const text = file.endsWith('.md') ? source : commentsAsMarkdown(file, source);
  const { messages } = await kernel.lintText(text, { ext: '.md', filePath: file, ...descriptor.toKernelOptions() });
  for (const { line, message } of messages) {
    if (EXCEPTIONS.some((each) => each.file === file && message.includes(each.text))) continue;
    count += 1;
    process.stdout.write(`${file}:${line} ${message.split('\n')[0]}\n`);
  }
}
process.stdout.write(
  `${count} places in ${files.length} files are hard to read${count > 0 ? ' (CONTRIBUTING.md)' : ''}\n`,
);
process.exitCode = count > MOST_FINDINGS ? 1 : 0;
