/**
 * The header of a live event. Live events travel by core NATS, at most once, from a service to the gateways with sockets of
 * the users concerned. They carry frames in the bytes that sockets get, so a gateway neither parses nor encodes frames.
 *
 * Payload: one line of JSON (`LiveHeader`), then one line for each frame. JSON text never holds a raw line feed.
 */
export interface LiveHeader {
  /** For `new_message`: the `seq` of the first frame; the frames follow one another without a gap. */
  first_seq?: number;
  /** The frame shows a change of a message. Frames of the same message that are still on their way may be older. */
  changes_message?: true;
  /** For `conversation_updated`: the version of the conversation that the frame shows. */
  version?: number;
  /** For `user_typing`: the user who types, or no longer types. */
  typing?: { user_id: number; is_typing: boolean };
  /** No socket of this user gets the frames. */
  except_user_id?: number;
  /** The socket of this session does not get the frames. */
  except_session_id?: string;
}

/** A live event, decoded. `frames` are UTF-8 JSON texts ready to send. */
export interface LiveEvent {
  header: LiveHeader;
  frames: Uint8Array[];
}

const LINE_FEED = 10;

/** Encodes frames (JSON texts) under a header. */
export function encodeLive(header: LiveHeader, frames: readonly string[]): string {
  return `${JSON.stringify(header)}\n${frames.join('\n')}`;
}

/** Decodes the result of `encodeLive`; frames are views on `bytes`, not copies. */
export function decodeLive(bytes: Uint8Array): LiveEvent {
  let end = bytes.indexOf(LINE_FEED);
  if (end === -1) end = bytes.length;
  const header = JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, end).toString()) as LiveHeader;
  const frames: Uint8Array[] = [];
  for (let start = end + 1; start < bytes.length; start = end + 1) {
    end = bytes.indexOf(LINE_FEED, start);
    if (end === -1) end = bytes.length;
    frames.push(bytes.subarray(start, end));
  }
  return { header, frames };
}
