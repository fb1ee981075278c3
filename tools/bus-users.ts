import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { usersConfiguration } from '@vestnik/bus';
import { ROOT } from './start/layout.ts';

// Writes what docker compose and servers of one's own include; a test tells when it is not what the contracts say.
await writeFile(join(ROOT, 'libs/bus/bus-users.conf'), usersConfiguration());
