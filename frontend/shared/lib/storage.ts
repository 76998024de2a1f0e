/** Local storage that never throws: private windows and full disks lose a draft, not the page. */
export const storage = {
  get(key: string): string | null {
    try {
      return globalThis.localStorage.getItem(key);
    } catch {
      return null;
    }
  },
  set(key: string, value: string): void {
    try {
      globalThis.localStorage.setItem(key, value);
    } catch {
      // Full or forbidden: what is on screen stays.
    }
  },
  remove(key: string): void {
    try {
      globalThis.localStorage.removeItem(key);
    } catch {
      // Forbidden: there was nothing to remove.
    }
  },
  keys(prefix: string): string[] {
    try {
      return Object.keys(globalThis.localStorage).filter((key) => key.startsWith(prefix));
    } catch {
      return [];
    }
  },
};
