import type { Mentions } from '@vestnik/client';
import { type KeyboardEvent, type RefObject, useRef, useState } from 'react';
import { useWords } from '../i18n/language.ts';
import { useConversation, useSelected, useSigned } from '../state/account.tsx';

/** Somebody whom a message can mention. */
export interface Candidate {
  id: number | 'all';
  name: string;
  companyId: number | null;
}

/** Candidates that are offered at once. */
const OFFERED = 6;
/** The beginning of a mention at the end of a text. */
const BEGINNING = /(?:^|\s)@([\p{L}\p{N}_.-]*)$/u;

interface MentioningOptions {
  conversationId: number;
  field: RefObject<HTMLTextAreaElement | null>;
  text: string;
  setText: (text: string) => void;
}

/** Completes names behind an @ in groups. */
export function useMentioning({ conversationId, field, text, setText }: MentioningOptions) {
  const t = useWords();
  const { user } = useSigned();
  const view = useConversation(conversationId);
  const people = useSelected((account) => account.people);
  const chosen = useRef<Candidate[]>([]);
  const [active, setActive] = useState(0);
  const [dismissed, setDismissed] = useState<string>();
  const isGroup = view?.conversation.type === 'group';
  const caret = field.current?.selectionStart ?? text.length;
  const before = text.slice(0, caret);
  const query = isGroup ? BEGINNING.exec(before)?.[1] : undefined;
  const isOpen = query !== undefined && dismissed !== before;
  const offered = isOpen ? offer(query) : [];

  function offer(typed: string): Candidate[] {
    const folded = typed.toLocaleLowerCase();
    const all: Candidate[] = (view?.conversation.participants ?? [])
      .filter((id) => id !== user.id)
      .flatMap((id) => {
        const person = people.get(id);
        return person?.name ? [{ id, name: person.name, companyId: person.company_id }] : [];
      });
    all.push({ id: 'all', name: t.everybody, companyId: null });
    const fits = ({ name }: Candidate) =>
      name
        .toLocaleLowerCase()
        .split(/\s+/)
        .some((word) => word.startsWith(folded));
    return all.filter(fits).slice(0, OFFERED);
  }

  function choose(candidate: Candidate): void {
    const start = before.length - (query?.length ?? 0);
    const next = `${text.slice(0, start)}${candidate.name} ${text.slice(caret)}`;
    chosen.current.push(candidate);
    setText(next);
    setActive(0);
    const at = start + candidate.name.length + 1;
    requestAnimationFrame(() => {
      field.current?.focus();
      field.current?.setSelectionRange(at, at);
    });
  }

  /** Returns true for a key that the list of names has used. */
  function onKeyDown(event: KeyboardEvent): boolean {
    if (offered.length === 0) return false;
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    const candidate = offered[active];
    if (step !== 0) setActive((active + step + offered.length) % offered.length);
    else if (event.key === 'Escape') setDismissed(before);
    else if ((event.key === 'Enter' || event.key === 'Tab') && candidate) choose(candidate);
    else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  }

  const shownActive = Math.min(active, Math.max(0, offered.length - 1));
  return {
    offered,
    active: shownActive,
    choose,
    onKeyDown,
    chosen,
    clear: () => (chosen.current = []),
    fieldProps: {
      'aria-autocomplete': 'list',
      'aria-haspopup': 'listbox',
      'aria-controls': 'mention-list',
      'aria-activedescendant': offered.length > 0 ? `mention-${shownActive}` : undefined,
    } as const,
  };
}

/** Returns the mentions of a text: those of the chosen whose names are still in it. Undefined for none. */
export function mentionsIn(text: string, chosen: RefObject<Candidate[]>): Mentions | undefined {
  const kept = chosen.current.filter(({ name }) => text.includes(`@${name}`));
  if (kept.some(({ id }) => id === 'all')) return 'all';
  const ids = [...new Set(kept.map(({ id }) => id))].filter((id) => id !== 'all');
  return ids.length > 0 ? ids : undefined;
}
