import { useEffect } from 'react';
import { wordsNow } from '../i18n/language.ts';
import icon from '../icons/vestnik.svg';
import { useSigned } from '../state/account.tsx';
import { wantsNotifications } from '../state/desktop.ts';
import { faceOf } from '../state/face.ts';
import { levelOf, silenceOf } from '../state/facts.ts';
import { openConversation } from '../state/route.ts';

/** Characters of a message that a notification shows. */
const SHOWN = 140;

/** Shows notifications of the desktop for messages that come while the user looks elsewhere. */
export function useNews(): void {
  const { client, user } = useSigned();
  useEffect(
    () =>
      client.on('new_message', ({ conversation_id: id, message }) => {
        if (message.sender_id === user.id || document.hasFocus() || !wantsNotifications()) return;
        const account = client.account.getSnapshot();
        const isMentioned = message.mentions === 'all' || message.mentions.includes(user.id);
        if (silenceOf(account.preferences, id)) return;
        if (levelOf(account.preferences, id) === 'mentions' && !isMentioned) return;
        const t = wordsNow();
        const face = faceOf(account, id, user, t.userFallback);
        const sender = account.people.get(message.sender_id)?.name ?? t.userFallback(message.sender_id);
        const title = face?.isGroup ? t.notificationTitle(sender, face.name) : sender;
        const body = (message.content ?? t.attachmentOnly).slice(0, SHOWN);
        const shown = new Notification(title, { body, tag: `vestnik-${id}`, icon });
        shown.addEventListener('click', () => {
          window.focus();
          openConversation(id);
          shown.close();
        });
      }),
    [client, user],
  );
}
