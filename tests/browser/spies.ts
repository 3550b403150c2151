/** Looks over the shoulder of the store: what it asks of IndexedDB, and what it is told. */

type Restore = () => void;

/** Puts another method in the place of one; `inner` is the old one. */
export function replace<Target, Name extends keyof Target>(
  target: Target,
  name: Name,
  make: (inner: Target[Name]) => Target[Name],
): Restore {
  const inner = target[name];
  target[name] = make(inner);
  return () => void (target[name] = inner);
}

/** Notes which records are read, values and all. */
export function spyReads(): { stop(): string[] } {
  const read: string[] = [];
  const restores = (["get", "getAll", "openCursor"] as const).map((name) =>
    replace(
      IDBObjectStore.prototype,
      name,
      (inner) =>
        function (this: IDBObjectStore, query?: unknown, ...rest: unknown[]) {
          read.push(query instanceof IDBKeyRange ? String(query.lower) : String(query));
          return (inner as (...all: unknown[]) => IDBRequest).call(this, query, ...rest);
        } as never,
    )
  );
  return {
    stop() {
      restores.forEach((restore) => restore());
      return read;
    },
  };
}

/** Gives the next database that is opened. */
export function nextOpened(): Promise<IDBDatabase> {
  return new Promise((resolve) => {
    const restore = replace(
      IDBFactory.prototype,
      "open",
      (inner) =>
        function (this: IDBFactory, ...all) {
          restore();
          const request = inner.apply(this, all);
          request.addEventListener("success", () => resolve(request.result));
          return request;
        },
    );
  });
}

/** Lets every opening throw. */
export function throwOnOpen(error: DOMException): Restore {
  return replace(IDBFactory.prototype, "open", () => () => {
    throw error;
  });
}

/** Lets no opening come to an end. */
export function hangOnOpen(): Restore {
  return replace(IDBFactory.prototype, "open", () => () => ({}) as IDBOpenDBRequest);
}

/** Lets every opening fail as one of a version that is too old does. */
export function failOnOpen(): Restore {
  return replace(IDBFactory.prototype, "open", (inner) =>
    function (this: IDBFactory, name) {
      const newer = inner.call(this, name, 2);
      newer.onsuccess = () => newer.result.close();
      return inner.call(this, name, 1);
    });
}
