const here = new Map<string, string>();

/** What this browser keeps under a name; null where that is nothing. */
export function kept(name: string): string | null {
  try {
    return here.get(name) ?? localStorage.getItem(name);
  } catch {
    return here.get(name) ?? null;
  }
}

/** Keeps a text. A browser that refuses (site data blocked, its store full) keeps it while the page lives: nothing else fails for that. */
export function keep(name: string, text: string): void {
  try {
    localStorage.setItem(name, text);
    here.delete(name);
  } catch {
    here.set(name, text);
  }
}
