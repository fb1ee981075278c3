import type { Attachment, SearchCarried } from '@vestnik/contracts';

/** A trait of a message besides its words: a thing that it carries, or its sender, by id. */
export type Trait = SearchCarried | number;

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
