import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { usersConfiguration } from '@vestnik/bus';
import { ROOT } from './start/layout.ts';

// A test fails when the file is not what the contracts say.
await writeFile(join(ROOT, 'libs/bus/bus-users.conf'), usersConfiguration());
