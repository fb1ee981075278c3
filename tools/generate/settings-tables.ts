import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { DescribedSettings, SettingRow } from '@vestnik/config';
import { SERVICES, type ServiceName } from '@vestnik/contracts';
import { ROOT } from '../start/layout.ts';
import { startSettingRows } from '../start/settings.ts';
import { type Sections, table } from './sections.ts';

/** Reads the settings of a service from its `config.ts`, which describes them and reads no environment by itself. */
export async function settingsOf(service: ServiceName): Promise<readonly SettingRow[]> {
  const file = pathToFileURL(join(ROOT, 'services', service, 'src', 'config.ts'));
  const { settings } = (await import(file.href)) as { settings: DescribedSettings<never> };
  return settings.rows;
}

/** The tables of settings, for docs/settings.md and the READMEs of the services. */
export async function settingsTables(): Promise<Sections> {
  const ofServices = SERVICES.map(
    async (service) => [`settings of ${service}`, settingsTable(await settingsOf(service))] as const,
  );
  return new Map([['settings of npm start', settingsTable(startSettingRows)], ...(await Promise.all(ofServices))]);
}

function settingsTable(rows: readonly SettingRow[]): string {
  return table(
    ['variable', 'default', 'value', 'meaning'],
    rows.map(({ env, doc, format, default: standard, required }) => [
      `\`${env}\``,
      required ? 'required' : standard || 'none',
      format,
      doc,
    ]),
  );
}
