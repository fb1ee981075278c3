import pg from 'pg';

/** Runs SQL as the administrator of a test's database, to seed what would take long through the services. */
export async function runSql(adminUrl: string, text: string): Promise<void> {
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  try {
    await client.query(text);
  } finally {
    await client.end();
  }
}
