import { useState } from 'react';
import { useLanguage, useWords } from '../i18n/language.ts';
import type { DemoPerson } from '../session/web-settings.ts';
import { Avatar } from '../ui/avatar.tsx';
import { hueOf } from '../ui/company-hue.ts';

interface DemoPeopleProps {
  people: readonly DemoPerson[];
  onChoose: (userId: number) => Promise<void>;
}

/** The demo people by company; one click signs in as one of them. */
export function DemoPeople({ people, onChoose }: DemoPeopleProps) {
  const t = useWords();
  const language = useLanguage();
  const [state, setState] = useState<'idle' | 'busy' | 'failed'>('idle');
  const companies = Map.groupBy(people, ({ company_id }) => company_id);
  async function choose(id: number): Promise<void> {
    setState('busy');
    await onChoose(id).catch(() => setState('failed'));
  }
  return (
    <section className="demo" aria-labelledby="demo-title">
      <h2 id="demo-title">{t.demoTitle}</h2>
      <div className="demo-companies">
        {[...companies].map(([companyId, members]) => (
          <div key={companyId} className="demo-company" data-hue={hueOf(companyId)}>
            <h3>
              <span className="company-tag" data-hue={hueOf(companyId)}>
                {members[0]?.company_name}
              </span>
            </h3>
            {members.map(({ id, name, company_name, title }) => (
              <button
                key={id}
                type="button"
                className="demo-person"
                disabled={state === 'busy'}
                title={t.signInAs(name, company_name)}
                onClick={() => void choose(id)}
              >
                <Avatar name={name} foreignCompany={companyId} />
                <span className="demo-person-text">
                  <span className="demo-person-name">{name}</span>
                  <span className="demo-person-title">{title[language]}</span>
                </span>
              </button>
            ))}
          </div>
        ))}
      </div>
      {state === 'failed' && (
        <p className="form-fault" role="alert">
          {t.demoFailed}
        </p>
      )}
    </section>
  );
}
