/** Texts that the browser keeps for this page, by key. */
export interface KeptTexts {
  get(key: string): string | null;
  set(key: string, text: string): void;
  remove(key: string): void;
  keys(): string[];
}

/**
 * Opens a storage of the browser. Where the browser refuses it, as to a frame of another site in a private window, texts are kept
 * until the page is left.
 */
function open(name: 'localStorage' | 'sessionStorage'): KeptTexts {
  try {
    const storage = window[name];
    return {
      get: (key) => storage.getItem(key),
      set: (key, text) => storage.setItem(key, text),
      remove: (key) => storage.removeItem(key),
      keys: () => Object.keys(storage),
    };
  } catch {
    const texts = new Map<string, string>();
    return {
      get: (key) => texts.get(key) ?? null,
      set: (key, text) => void texts.set(key, text),
      remove: (key) => void texts.delete(key),
      keys: () => [...texts.keys()],
    };
  }
}

/** Texts of this browser, kept for later visits. */
export const ofBrowser = open('localStorage');
/** Texts of this tab, kept over reloads. */
export const ofTab = open('sessionStorage');
