import { useState } from 'react';
import { useWords } from '../i18n/language.ts';
import { useClient, useConversation, useSigned } from '../state/account.tsx';
import { block, useBlocks } from '../state/blocks.ts';
import { useFace } from '../state/face.ts';
import { attempt } from '../state/notices.tsx';
import { closeConversation } from '../state/route.ts';
import { Avatar } from '../ui/avatar.tsx';
import { CompanyTag } from '../ui/company-tag.tsx';
import { Confirm } from '../ui/confirm.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { GroupName } from './group-name.tsx';
import { Members } from './members.tsx';
import { Pins } from './pins.tsx';
import { Telling } from './telling.tsx';

/** Everything about a conversation: people, notifications, pins, and the ways out. */
export function Details({ conversationId, onClose }: { conversationId: number; onClose: () => void }) {
  const t = useWords();
  const client = useClient();
  const { user } = useSigned();
  const face = useFace(conversationId);
  const conversation = useConversation(conversationId)?.conversation;
  const blocks = useBlocks();
  const [isLeaving, setIsLeaving] = useState(false);
  if (!face || !conversation) return null;
  const { partner } = face;
  const isOwner = conversation.owner_id === user.id;
  const isBlocked = blocks.some(({ user_id }) => user_id !== null && user_id === partner);
  return (
    <Dialog title={t.details} onClose={onClose} isSheet>
      <div className="details">
        <div className="details-face">
          <Avatar
            name={face.name}
            foreignCompany={face.foreign[0]}
            isGroup={face.isGroup}
            isOnline={face.isOnline}
            size="large"
          />
          <p className="details-name">{face.name}</p>
          <p className="details-tags">
            {face.foreign.map((company) => (
              <CompanyTag key={company} companyId={company} />
            ))}
          </p>
        </div>
        {face.isGroup && isOwner && <GroupName conversation={conversation} />}
        <Telling conversationId={conversationId} />
        <Pins conversationId={conversationId} onClose={onClose} />
        {face.isGroup && <Members conversation={conversation} isOwner={isOwner} onClose={onClose} />}
        <section className="details-end">
          {partner !== undefined && !isBlocked && (
            <button
              type="button"
              className="button button-danger-quiet"
              onClick={() => void attempt(() => block(client, partner))}
            >
              {t.block(face.name)}
            </button>
          )}
          {face.isGroup && (
            <button type="button" className="button button-danger-quiet" onClick={() => setIsLeaving(true)}>
              {t.leave}
            </button>
          )}
        </section>
      </div>
      {isLeaving && (
        <Confirm
          question={t.leaveQuestion}
          action={t.leave}
          onClose={() => setIsLeaving(false)}
          onConfirm={() =>
            void attempt(() => client.rest.removeParticipant({ conversationId, userId: user.id })).then((isDone) => {
              if (!isDone) return;
              onClose();
              closeConversation();
            })
          }
        />
      )}
    </Dialog>
  );
}
