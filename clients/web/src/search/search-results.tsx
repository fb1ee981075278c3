import type { Message, Person } from '@vestnik/client';
import { useEffect, useRef, useState } from 'react';
import { useWords } from '../i18n/language.ts';
import { ConversationRow } from '../list/conversation-row.tsx';
import { moveInList } from '../list/move-in-list.ts';
import { openDirect } from '../people/open-direct.ts';
import { PersonRow } from '../people/person-row.tsx';
import { useClient, useSelected, useSigned } from '../state/account.tsx';
import { faceOf, useFace } from '../state/face.ts';
import { explain } from '../state/notices.tsx';
import { openConversation, useRoute } from '../state/route.ts';
import { Empty } from '../ui/empty.tsx';
import { FoundMessage } from './found-message.tsx';

interface Found {
  people: readonly Person[];
  messages: readonly Message[];
  highlights: Record<string, [start: number, length: number][]>;
  cursor: string | null;
}

/** How long the user has to pause before the server is asked, in milliseconds. */
const PAUSE_MS = 200;
const NOTHING: Found = { people: [], messages: [], highlights: {}, cursor: null };
/** How many people and conversations the results begin with. */
const FEW = 5;

interface SearchResultsProps {
  text: string;
  scope: number | undefined;
  onScope: (scope: number | undefined) => void;
}

/** What a search finds: conversations by name, people, and messages with highlights. */
export function SearchResults({ text, scope, onScope }: SearchResultsProps) {
  const t = useWords();
  const client = useClient();
  const { user } = useSigned();
  const { conversationId } = useRoute();
  const q = text.trim();
  const [found, setFound] = useState<Found>(NOTHING);
  const [state, setState] = useState<'searching' | 'done' | 'failed'>('searching');
  const [fault, setFault] = useState('');
  const asked = useRef(0);
  const folded = fold(q);
  const names = useSelected(
    (account) =>
      scope !== undefined || q === ''
        ? []
        : account.order.filter((id) => fold(faceOf(account, id, user, t.userFallback)?.name ?? '').includes(folded)),
    (one, other) => one.join() === other.join(),
  );

  async function ask(cursor?: string): Promise<void> {
    asked.current += 1;
    const mine = asked.current;
    setState('searching');
    try {
      const inside = scope === undefined ? {} : { conversationId: scope };
      const [people, messages] = await Promise.all([
        scope === undefined && cursor === undefined ? client.rest.listPeople({ q, limit: FEW }) : { people: [] },
        client.rest.searchMessages({ q, limit: 20, ...inside, ...(cursor !== undefined && { cursor }) }),
      ]);
      if (mine !== asked.current) return;
      setFound((before) => ({
        people: cursor === undefined ? people.people : before.people,
        messages: cursor === undefined ? messages.messages : [...before.messages, ...messages.messages],
        highlights: { ...before.highlights, ...messages.highlights },
        cursor: messages.next_cursor,
      }));
      setState('done');
    } catch (error) {
      if (mine !== asked.current) return;
      setFault(explain(error));
      setState('failed');
    }
  }

  useEffect(() => {
    asked.current += 1;
    setFound(NOTHING);
    if (!/[\p{L}\p{N}]/u.test(q)) {
      setState('done');
      return;
    }
    setState('searching');
    const timer = setTimeout(() => void ask(), PAUSE_MS);
    return () => clearTimeout(timer);
    // `ask` is new with each render; a search depends on what is asked alone.
  }, [q, scope, client]);

  const isEmpty = names.length + found.people.length + found.messages.length === 0;
  const count = names.length + found.people.length + found.messages.length;
  return (
    <div className="list results" onKeyDown={moveInList}>
      {scope !== undefined && <Scope id={scope} onScope={onScope} />}
      <p className="hidden" role="status">
        {state === 'done' && q !== '' ? t.found(count) : ''}
      </p>
      {names.length > 0 && <h2 className="results-title">{t.conversations}</h2>}
      {names.slice(0, FEW).map((id) => (
        <ConversationRow key={id} id={id} isOpen={id === conversationId} isTabStop={true} />
      ))}
      {found.people.length > 0 && <h2 className="results-title">{t.searchPeople}</h2>}
      {found.people.map((person) => (
        <PersonRow key={person.id} person={person} onChoose={() => void openDirect(client, person.id)} />
      ))}
      {found.messages.length > 0 && <h2 className="results-title">{t.searchMessages}</h2>}
      {found.messages.map((message) => (
        <FoundMessage
          key={message.id}
          message={message}
          highlights={found.highlights[message.id] ?? []}
          onChoose={() => openConversation(message.conversation_id, message.seq)}
        />
      ))}
      {found.cursor !== null && state === 'done' && (
        <button
          type="button"
          className="button button-quiet results-more"
          onClick={() => void ask(found.cursor ?? undefined)}
        >
          {t.searchMore}
        </button>
      )}
      {state === 'searching' && q !== '' && <p className="results-state">{t.searching}</p>}
      {state === 'done' && isEmpty && q !== '' && <Empty title={t.searchNothing(q)} />}
      {state === 'failed' && <Empty title={fault} />}
    </div>
  );
}

/** Says that the search is in one conversation, and widens it. */
function Scope({ id, onScope }: { id: number; onScope: (scope: undefined) => void }) {
  const t = useWords();
  const face = useFace(id);
  return (
    <div className="results-scope">
      <span>{t.searchInside(face?.name ?? '')}</span>
      <button type="button" className="button button-quiet" onClick={() => onScope(undefined)}>
        {t.searchEverywhere}
      </button>
    </div>
  );
}

/** Lower case, and ё as е. */
function fold(text: string): string {
  return text.toLocaleLowerCase().replaceAll('ё', 'е');
}
