import { runTurbo } from './workspace/run-turbo.ts';

/** Checks every workspace that has changed since it passed last, and the whole repository; shows what fails. */
const code = await runTurbo(['check', ...process.argv.slice(2), '--output-logs=errors-only']);
process.stdout.write(`\n${code === 0 ? 'All checks passed' : 'Checks failed: see above'}\n`);
process.exitCode = code;
