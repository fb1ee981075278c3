import { useWords } from '../i18n/language.ts';
import { useSelected } from '../state/account.tsx';
import { Icon } from '../ui/icon.tsx';

/** Says that the line is lost, for as long as it is. It lies over the page, so that nothing moves. */
export function LineBanner() {
  const t = useWords();
  const line = useSelected((account) => account.line);
  const isLoaded = useSelected((account) => account.isLoaded);
  const text = line === 'offline' ? t.offline : line === 'connecting' && isLoaded ? t.connecting : '';
  return (
    <div className="line-banner" role="status" aria-live="polite" data-line={line} hidden={text === ''}>
      {text !== '' && (
        <>
          <Icon name={line === 'offline' ? 'warn' : 'clock'} size={16} />
          {text}
        </>
      )}
    </div>
  );
}
