import {
  type ClipboardEvent,
  type DragEvent,
  type KeyboardEvent,
  type Ref,
  useEffect,
  useImperativeHandle,
  useRef,
  useState,
} from 'react';
import { useWords } from '../i18n/language.ts';
import { useClient, useNames, useSigned } from '../state/account.tsx';
import { draftOf, keepDraft } from '../state/drafts.ts';
import { useFace } from '../state/face.ts';
import { attempt, notify } from '../state/notices.tsx';
import { IconButton } from '../ui/icon-button.tsx';
import { MentionBox } from './mention-box.tsx';
import { mentionsIn, useMentioning } from './use-mentioning.ts';
import type { Writing } from './writing.ts';

/** What the thread asks of its field. */
export interface ComposerHandle {
  focus(): void;
}

interface ComposerProps {
  ref: Ref<ComposerHandle>;
  conversationId: number;
  writing: Writing;
  onWriting: (writing: Writing) => void;
  onSent: () => void;
}

/** Code points of a message at most. */
const LENGTH = 10_000;
/** How long the user has to pause before the draft is kept, in milliseconds. */
const DRAFT_PAUSE_MS = 300;
const NEW: Writing = { kind: 'new' };

/** The field in which the user writes, answers and edits. What is not sent is kept as a draft. */
export function Composer({ ref, conversationId, writing, onWriting, onSent }: ComposerProps) {
  const t = useWords();
  const client = useClient();
  const { user } = useSigned();
  const nameOf = useNames();
  const face = useFace(conversationId);
  const field = useRef<HTMLTextAreaElement>(null);
  const [text, setText] = useState(() => draftOf(user.id, conversationId));
  const mentioning = useMentioning({ conversationId, field, text, setText });
  useImperativeHandle(ref, () => ({ focus: () => field.current?.focus() }));

  const original = writing.kind === 'edit' ? writing.message.content : undefined;
  useEffect(() => {
    if (typeof original === 'string') setText(original);
  }, [original]);
  useEffect(() => {
    if (writing.kind !== 'new') field.current?.focus();
  }, [writing]);
  useEffect(() => {
    if (writing.kind === 'edit') return;
    const timer = setTimeout(() => keepDraft(user.id, conversationId, text), DRAFT_PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text, writing.kind, user.id, conversationId]);

  const excess = [...text].length - LENGTH;
  const canSend = text.trim() !== '' && excess <= 0;

  function send(): void {
    if (!canSend) return;
    client.account.setTyping(conversationId, false);
    if (writing.kind === 'edit') {
      const { id: messageId } = writing.message;
      if (text !== original) void attempt(() => client.call('edit_message', { messageId, content: text }));
      setText(draftOf(user.id, conversationId));
    } else {
      const mentions = mentionsIn(text, mentioning.chosen);
      const { stored } = client.outbox.send(conversationId, {
        content: text,
        ...(mentions !== undefined && { mentions }),
        ...(writing.kind === 'reply' && { replyToId: writing.to.id }),
      });
      // A refusal is shown at the message itself.
      stored.catch(() => undefined);
      keepDraft(user.id, conversationId, '');
      setText('');
      onSent();
    }
    mentioning.clear();
    onWriting(NEW);
    field.current?.focus();
  }

  function stop(): void {
    if (writing.kind === 'edit') setText(draftOf(user.id, conversationId));
    onWriting(NEW);
    field.current?.focus();
  }

  function editLast(): void {
    const messages = client.account.getSnapshot().conversations.get(conversationId)?.messages ?? [];
    const last = messages.findLast(
      (each) => each.sender_id === user.id && each.deleted_at === null && each.content !== null,
    );
    if (last) onWriting({ kind: 'edit', message: last });
  }

  function onKeyDown(event: KeyboardEvent<HTMLTextAreaElement>): void {
    if (event.nativeEvent.isComposing || mentioning.onKeyDown(event)) return;
    if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault();
      send();
    } else if (event.key === 'Escape' && writing.kind !== 'new') {
      event.stopPropagation();
      stop();
    } else if (event.key === 'ArrowUp' && text === '' && writing.kind === 'new') {
      event.preventDefault();
      editLast();
    }
  }

  function onFiles(event: ClipboardEvent | DragEvent, files: FileList | undefined): void {
    if (!files?.length) return;
    event.preventDefault();
    notify(t.attachLater);
  }

  return (
    <form
      className="composer"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => onFiles(event, event.dataTransfer.files)}
    >
      {writing.kind !== 'new' && (
        <div className="composer-context">
          <span className="composer-context-text">
            <strong>{writing.kind === 'edit' ? t.editing : t.replyingTo(nameOf(writing.to.sender_id))}</strong>
            <span>{writing.kind === 'edit' ? writing.message.content : (writing.to.content ?? t.attachmentOnly)}</span>
          </span>
          <IconButton icon="close" label={t.cancel} onClick={stop} />
        </div>
      )}
      <MentionBox mentioning={mentioning} />
      <div className="composer-row">
        <IconButton icon="attach" label={t.attach} onClick={() => notify(t.attachLater)} />
        <textarea
          ref={field}
          id="composer"
          rows={1}
          dir="auto"
          value={text}
          aria-label={t.composerLabel(face?.name ?? '')}
          placeholder={t.composerPlaceholder}
          enterKeyHint="send"
          onChange={({ target }) => {
            setText(target.value);
            if (writing.kind !== 'edit') client.account.setTyping(conversationId, target.value !== '');
          }}
          onBlur={() => client.account.setTyping(conversationId, false)}
          onKeyDown={onKeyDown}
          onPaste={(event) => onFiles(event, event.clipboardData.files)}
          {...mentioning.fieldProps}
        />
        <IconButton
          icon={writing.kind === 'edit' ? 'check' : 'send'}
          label={writing.kind === 'edit' ? t.save : t.send}
          className="icon-button-accent composer-send"
          type="submit"
          disabled={!canSend}
        />
      </div>
      {excess > 0 && (
        <p className="composer-excess" role="alert">
          {t.tooLong(excess)}
        </p>
      )}
    </form>
  );
}
