import { runConnectLoad } from './connect-load.ts';
import { runMessageLoad } from './message-load.ts';
import type { Load, LoadEvent, Report } from './plan.ts';
import { runRequestLoad } from './request-load.ts';
import { runReturnLoad } from './return-load.ts';

/** A load process: takes one load from its parent, tells when the window begins and ends, and reports. */
function tell(event: LoadEvent): void {
  process.send?.(event);
}

function run(load: Load): Promise<Report> {
  if (load.kind === 'messages') return runMessageLoad(load, tell);
  if (load.kind === 'returns') return runReturnLoad(load, tell);
  return load.kind === 'connects' ? runConnectLoad(load, tell) : runRequestLoad(load, tell);
}

process.once('message', (load: Load) => {
  run(load).then(
    (report) => tell({ event: 'report', report }),
    (error: unknown) => {
      process.stderr.write(`load: ${error instanceof Error ? error.message : String(error)}\n`);
      process.exit(1);
    },
  );
});
process.on('disconnect', () => process.exit(0));
