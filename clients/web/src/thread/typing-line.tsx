import { useTypingText } from '../list/typing-text.ts';
import { useConversation } from '../state/account.tsx';

/** Says who types. It keeps its place, so that nothing moves. */
export function TypingLine({ conversationId }: { conversationId: number }) {
  const view = useConversation(conversationId);
  const text = useTypingText(view?.typing ?? []);
  return (
    <p className="typing" aria-live="polite">
      {text && (
        <>
          <span className="typing-dots" aria-hidden="true">
            <i />
            <i />
            <i />
          </span>
          {text}
        </>
      )}
    </p>
  );
}
