/** A search of the sidebar: a text, in one conversation or everywhere. */
export interface Search {
  text: string;
  scope: number | undefined;
}
