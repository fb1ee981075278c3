import { setTimeout as delay } from 'node:timers/promises';
import { messagesEndpoints } from '@vestnik/contracts';
import { Fault, runTool } from './start/fault.ts';
import { withOpsBus } from './start/ops-bus.ts';

/** Milliseconds between two looks at how far the rebuild is. */
const LOOK_MS = 1_000;

/** Rebuilds the search index from the messages. The running services do it; the command shows how far they are. */
await runTool(async () => {
  if (process.argv.length > 2) throw new Fault('npm run reindex takes no arguments');
  await withOpsBus('reindex', async (bus) => {
    let progress = await bus.request(messagesEndpoints.rebuildSearchIndex, { start: true });
    while (!progress.is_finished) {
      const { after_conversation_id: done, last_conversation_id: last } = progress;
      process.stdout.write(`Indexed up to conversation ${done} of ${last}; the services go on without this command\n`);
      await delay(LOOK_MS);
      progress = await bus.request(messagesEndpoints.rebuildSearchIndex, { start: false });
    }
  });
  process.stdout.write('The search index is built from the messages\n');
});
