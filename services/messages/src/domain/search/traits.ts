import type { Attachment, Mentions, SearchCarried } from '@vestnik/contracts';

/** A trait of a message besides its words: a thing that it carries, its sender, by id, or a user that it mentions. */
export type Trait = SearchCarried | number | { mentioned: number | 'all' };

const IMAGE = /^image\//i;
const LINK = /https?:\/\//i;

/** Returns what a message carries. */
export function carriedBy(content: string, attachments: readonly Pick<Attachment, 'mime_type'>[]): Set<SearchCarried> {
  const carried = new Set<SearchCarried>(
    attachments.map(({ mime_type }) => (IMAGE.test(mime_type) ? 'image' : 'file')),
  );
  if (LINK.test(content)) carried.add('link');
  return carried;
}

/** Returns the traits of a message that mentions users. */
export function traitsOfMentions(mentions: Mentions): Trait[] {
  return mentions === 'all' ? [{ mentioned: 'all' }] : mentions.map((mentioned) => ({ mentioned }));
}
