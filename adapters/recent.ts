/**
 * Values by key, in the order of their use.
 *
 * A ring of links, because to put a key into a Map anew at each use takes as long as to copy 1 KB.
 *
 * @module
 */

/** Values in the order of their use. */
export interface Recent<V> {
  /** Reads a value, which is used by that. */
  use(key: string): V | undefined;
  /** Takes a value, as the last that was used, and gives back the one it replaces. */
  put(key: string, value: V): V | undefined;
  /** Removes a value, and gives it back. */
  take(key: string): V | undefined;
  /** The key that was used longest ago. */
  oldest(): string | undefined;
  /** All keys, in the order of their use. */
  keys(): string[];
  /** Removes all values. */
  clear(): void;
}

interface Link<V> {
  readonly key: string;
  value: V;
  older: Link<V>;
  newer: Link<V>;
}

/** Begins with none. */
export function recent<V>(): Recent<V> {
  const links = new Map<string, Link<V>>();
  // Before the oldest and after the newest; it has no value.
  const end = {} as Link<V>;
  end.older = end.newer = end;

  function leave({ older, newer }: Link<V>): void {
    older.newer = newer;
    newer.older = older;
  }

  function enter(link: Link<V>): void {
    link.older = end.older;
    link.newer = end;
    end.older.newer = link;
    end.older = link;
  }

  return {
    use(key) {
      const link = links.get(key);
      if (!link) return undefined;
      leave(link);
      enter(link);
      return link.value;
    },
    put(key, value) {
      const link = links.get(key);
      if (!link) {
        const made = { key, value, older: end, newer: end };
        links.set(key, made);
        enter(made);
        return undefined;
      }
      const replaced = link.value;
      link.value = value;
      leave(link);
      enter(link);
      return replaced;
    },
    take(key) {
      const link = links.get(key);
      if (!link) return undefined;
      links.delete(key);
      leave(link);
      return link.value;
    },
    oldest: () => end.newer.key,
    keys() {
      const keys: string[] = [];
      for (let link = end.newer; link !== end; link = link.newer) keys.push(link.key);
      return keys;
    },
    clear() {
      links.clear();
      end.older = end.newer = end;
    },
  };
}
