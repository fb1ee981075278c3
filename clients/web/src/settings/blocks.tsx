import { useEffect } from 'react';
import { useWords } from '../i18n/language.ts';
import { useClient, useNames } from '../state/account.tsx';
import { unblock, useBlocks } from '../state/blocks.ts';
import { attempt } from '../state/notices.tsx';
import { CompanyTag } from '../ui/company-tag.tsx';

/** The people and companies whom the user has blocked. */
export function Blocks() {
  const t = useWords();
  const client = useClient();
  const nameOf = useNames();
  const blocks = useBlocks();
  useEffect(() => {
    const ids = blocks.flatMap(({ user_id }) => user_id ?? []);
    if (ids.length > 0) client.account.loadPeople(ids).catch(() => undefined);
  }, [client, blocks]);
  return (
    <section aria-labelledby="blocks-title">
      <div className="section-head">
        <h3 id="blocks-title">{t.blocks}</h3>
      </div>
      {blocks.length === 0 && <p className="section-hint">{t.noBlocks}</p>}
      <ul className="entries">
        {blocks.map(({ id, user_id, company_id }) => (
          <li key={id} className="entry">
            {user_id !== null ? (
              <span>{nameOf(user_id)}</span>
            ) : (
              company_id !== null && <CompanyTag companyId={company_id} />
            )}
            <button
              type="button"
              className="button button-small"
              onClick={() => void attempt(() => unblock(client, id))}
            >
              {t.unblock}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
