import { useEffect } from 'react';
import { wordsNow } from '../i18n/language.ts';
import icon from '../icons/vestnik.svg';
import { useSigned } from '../state/account.tsx';
import { wantsNotifications } from '../state/desktop.ts';
import { faceOf } from '../state/face.ts';
import { askedBy, levelOf, silenceOf } from '../state/facts.ts';
import { openConversation } from '../state/route.ts';

/** Characters of a text that a notification shows. */
const SHOWN = 140;

/** Shows notifications of the desktop for messages and requests that come while the user looks elsewhere. */
export function useNews(): void {
  const { client, user } = useSigned();
  useEffect(() => {
    const isWanted = () => !document.hasFocus() && wantsNotifications();
    const nameOf = (id: number) => client.account.getSnapshot().people.get(id)?.name ?? wordsNow().userFallback(id);

    const endMessages = client.on('new_message', ({ conversation_id: id, message }) => {
      if (message.sender_id === user.id || !isWanted()) return;
      const account = client.account.getSnapshot();
      const isMentioned = message.mentions === 'all' || message.mentions.includes(user.id);
      if (silenceOf(account.preferences, id)) return;
      if (levelOf(account.preferences, id) === 'mentions' && !isMentioned) return;
      const t = wordsNow();
      const face = faceOf(account, id, user, t.userFallback);
      const sender = nameOf(message.sender_id);
      show(id, face?.isGroup ? t.notificationTitle(sender, face.name) : sender, message.content ?? t.attachmentOnly);
    });
    const endRequests = client.on('conversation_created', ({ conversation }) => {
      const asking = askedBy(conversation, user.id);
      if (asking === undefined || !isWanted()) return;
      show(conversation.id, wordsNow().requestNotification, nameOf(asking));
    });
    return () => {
      endMessages();
      endRequests();
    };
  }, [client, user]);
}

/** Shows a notification about a conversation. A click on it opens the conversation. */
function show(id: number, title: string, text: string): void {
  const shown = new Notification(title, { body: text.slice(0, SHOWN), tag: `vestnik-${id}`, icon });
  shown.addEventListener('click', () => {
    window.focus();
    openConversation(id);
    shown.close();
  });
}
