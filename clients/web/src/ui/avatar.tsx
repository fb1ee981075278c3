import { hueOf } from './company-hue.ts';

/** The first letters of the first two words of a name. */
function initialsOf(name: string): string {
  const words = name.match(/[\p{L}\p{N}]+/gu) ?? [];
  return words
    .slice(0, 2)
    .map((word) => [...word][0]?.toLocaleUpperCase())
    .join('');
}

interface AvatarProps {
  name: string;
  /** The company, where it is not the user's own: the avatar has its colour then. */
  foreignCompany?: number | undefined;
  isGroup?: boolean;
  isOnline?: boolean;
  size?: 'small' | 'medium' | 'large';
}

/** Stands for a person or a group: initials, never a picture of another server. */
export function Avatar({ name, foreignCompany, isGroup = false, isOnline = false, size = 'medium' }: AvatarProps) {
  return (
    <span
      className={`avatar avatar-${size}${isGroup ? ' avatar-group' : ''}`}
      data-hue={foreignCompany === undefined ? undefined : hueOf(foreignCompany)}
      aria-hidden="true"
    >
      {initialsOf(name)}
      {isOnline && <span className="avatar-online" />}
    </span>
  );
}
