import type { ButtonHTMLAttributes } from 'react';
import { Icon } from './icon.tsx';

interface IconButtonProps extends Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'aria-label'> {
  icon: Parameters<typeof Icon>[0]['name'];
  /** What the button does: its name for screen readers, and its tooltip. */
  label: string;
  ref?: React.Ref<HTMLButtonElement>;
}

/** A button that shows an icon alone. */
export function IconButton({ icon, label, className, ...rest }: IconButtonProps) {
  return (
    <button type="button" aria-label={label} title={label} className={`icon-button ${className ?? ''}`} {...rest}>
      <Icon name={icon} />
    </button>
  );
}
