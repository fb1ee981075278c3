import type { Attachment } from '@vestnik/client';
import { useWords } from '../i18n/language.ts';
import { Icon } from '../ui/icon.tsx';

/** The files and pictures of a message. The page fetches nothing: the user opens them in a tab of their own. */
export function Attachments({ attachments }: { attachments: readonly Attachment[] }) {
  const t = useWords();
  return (
    <span className="attachments">
      {attachments.map(({ url, name, mime_type, size }, index) => {
        const isPicture = mime_type.startsWith('image/');
        const isSafe = /^https?:\/\//i.test(url);
        return (
          <a
            key={index}
            className="attachment"
            href={isSafe ? url : undefined}
            target="_blank"
            rel="noopener noreferrer"
            tabIndex={-1}
            aria-label={t.openAttachment(name)}
            title={isPicture ? t.pictureNotLoaded : undefined}
          >
            <Icon name={isPicture ? 'picture' : 'file'} />
            <span className="attachment-text">
              <span className="attachment-name">{name}</span>
              <span className="attachment-size">{sizeOf(size)}</span>
            </span>
          </a>
        );
      })}
    </span>
  );
}

const UNITS = ['B', 'kB', 'MB', 'GB'];

function sizeOf(bytes: number): string {
  const unit = Math.min(UNITS.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  const value = bytes / 1_000 ** unit;
  return `${value.toLocaleString(undefined, { maximumFractionDigits: value < 10 ? 1 : 0 })} ${UNITS[unit]}`;
}
