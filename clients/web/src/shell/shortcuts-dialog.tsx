import { useWords } from '../i18n/language.ts';
import { Dialog } from '../ui/dialog.tsx';

/** Lists the shortcuts. */
export function ShortcutsDialog({ onClose }: { onClose: () => void }) {
  const t = useWords();
  const groups: [title: string, keys: [keys: string[], meaning: string][]][] = [
    [
      t.everywhere,
      [
        [['Ctrl', 'K'], t.keySearch],
        [['Alt', 'N'], t.keyNew],
        [['Alt', '↓'], t.keyNext],
        [['Alt', '↑'], t.keyPrevious],
        [['Alt', 'M'], t.keyMessages],
        [['Esc'], t.keyEscape],
        [['?'], t.keyHelp],
      ],
    ],
    [
      t.inComposer,
      [
        [['Enter'], t.keySend],
        [['Shift', 'Enter'], t.keyNewLine],
        [['↑'], t.keyEditLast],
      ],
    ],
    [
      t.inMessages,
      [
        [['↑', '↓'], t.keyMove],
        [['Enter'], t.keyActions],
        [['R'], t.keyReply],
        [['+'], t.keyReact],
        [['E'], t.edit],
        [['C'], t.copy],
        [['P'], t.pin],
        [['Delete'], t.deleteMessage],
      ],
    ],
  ];
  return (
    <Dialog title={t.shortcuts} onClose={onClose}>
      <div className="shortcuts">
        {groups.map(([title, keys]) => (
          <section key={title}>
            <h3>{title}</h3>
            <dl>
              {keys.map(([names, meaning]) => (
                <div key={meaning} className="shortcut">
                  <dt>
                    {names.map((name) => (
                      <kbd key={name}>{name}</kbd>
                    ))}
                  </dt>
                  <dd>{meaning}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  );
}
