import { useWords } from '../i18n/language.ts';
import { Dialog } from './dialog.tsx';

interface ConfirmProps {
  question: string;
  action: string;
  onConfirm: () => void;
  onClose: () => void;
}

/** Asks before something that cannot be undone. */
export function Confirm({ question, action, onConfirm, onClose }: ConfirmProps) {
  const t = useWords();
  return (
    <Dialog title={question} onClose={onClose}>
      <footer className="dialog-foot">
        <button type="button" className="button" onClick={onClose}>
          {t.cancel}
        </button>
        <button
          type="button"
          className="button button-danger"
          onClick={() => {
            onClose();
            onConfirm();
          }}
        >
          {action}
        </button>
      </footer>
    </Dialog>
  );
}
