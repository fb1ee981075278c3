import { type ContractAnnounced, eventFrame, type OwnerNeeded } from '@vestnik/contracts';

/** A session, as far as its role in its company goes. */
interface AdminSession {
  readonly companyId: number;
  companyRole: string | undefined;
  send(frame: string): void;
}

/** Sends `contract_changed` to the sessions here of the admins of both companies, each with the contract as that company sees it. */
export function announceContract(sessions: Iterable<AdminSession>, { views }: ContractAnnounced): void {
  const frames = new Map(
    views.map(({ company_id, contract }) => [company_id, eventFrame('contract_changed', { contract })]),
  );
  for (const session of sessions) {
    const frame = session.companyRole === 'admin' ? frames.get(session.companyId) : undefined;
    if (frame !== undefined) session.send(frame);
  }
}

/** Sends `owner_needed` to the sessions here of the admins of a group's company. */
export function announceOwnerNeeded(
  sessions: Iterable<AdminSession>,
  { company_id, conversation_id, name }: OwnerNeeded,
): void {
  const frame = eventFrame('owner_needed', { conversation_id, name });
  for (const session of sessions) {
    if (session.companyRole === 'admin' && session.companyId === company_id) session.send(frame);
  }
}
