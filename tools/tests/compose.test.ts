import { expect, test } from '@jest/globals';
import { DATA_SERVICES, schemaOf, variableOf } from '@vestnik/contracts';
import { composeSections } from '../generate/compose.ts';

/** A part of docker-compose.yml with its variables replaced, as Docker Compose replaces them. */
async function section(name: string, env: Record<string, string>): Promise<string> {
  const text = (await composeSections()).get(name) ?? '';
  return text.replaceAll(/\$\{(\w+):[-?][^}]*\}/g, (_, variable: string) => env[variable] ?? '');
}

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
