/**
 * Runs a service's migrations as a process: says in one line on standard output what ran, or on standard error why it could
 * not, with code 1.
 */
export async function runMigration(service: string, migrate: () => Promise<string[]>): Promise<void> {
  try {
    const ran = await migrate();
    process.stdout.write(`${service}: ${ran.length === 0 ? 'schema is up to date' : `ran ${ran.join(', ')}`}\n`);
  } catch (error) {
    const reason = error instanceof Error ? error.message || error.name : String(error);
    process.stderr.write(`${service}: cannot migrate: ${reason.replaceAll('\n', ' ')}\n`);
    process.exitCode = 1;
  }
}
