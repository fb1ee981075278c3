import { expect, test } from '@jest/globals';
import { DATA_SERVICES, schemaOf, variableOf } from '@vestnik/contracts';
import { composeSections } from '../generate/compose.ts';

/** A part of docker-compose.yml with its variables replaced, as Docker Compose replaces them. */
async function section(name: string, env: Record<string, string>): Promise<string> {
  const text = (await composeSections()).get(name) ?? '';
  return text.replaceAll(/\$\{(\w+):([-?+])([^}]*)\}/g, (_, variable: string, operator: string, word: string) => {
    const value = env[variable];
    if (operator === '+') return value ? word : '';
    return value || (operator === '-' ? word : '');
  });
}

test('docker compose gives the gateway the file of trusted issuers that .env names, and none without', async () => {
  const file = '/etc/vestnik/trusted-issuers.json';
  const named = await section('services', { TRUSTED_ISSUERS: './issuers.json' });
  expect(named).toContain(`TRUSTED_ISSUERS: ${file}\n`);
  expect(named).toContain(`- ./issuers.json:${file}:ro\n`);
  expect(await section('services', {})).toContain('TRUSTED_ISSUERS: \n');
});

test.each(['', 'acme_'])(
  'docker compose gives roles with the prefix "%s" to the migration, and to each service',
  async (prefix) => {
    const passwords = DATA_SERVICES.map((service) => [variableOf(service, 'DATABASE_PASSWORD'), 'secret'] as const);
    const env = { DATABASE_ROLE_PREFIX: prefix, ...Object.fromEntries(passwords) };
    expect((await section('migration settings', env)).split('\n')).toContain(`DATABASE_ROLE_PREFIX: ${prefix}`);
    const services = await section('services', env);
    for (const service of DATA_SERVICES) {
      const role = `${prefix}${schemaOf(service)}`;
      expect(services).toContain(`DATABASE_URL: postgres://${role}:secret@postgres:5432/vestnik\n`);
    }
  },
);
