/**
 * What the directory format needs of a runtime's files.
 *
 * @module
 */

import type { Awaitable } from "../src/store.ts";

/** What a runtime must be able to do with files. Paths are absolute. */
export interface FileVerbs {
  /** Reads a file; `null` if it does not exist. */
  read(path: string): Awaitable<Uint8Array | null>;
  /** Reads the beginning of a file, at least so many bytes if it has them; `null` as above. */
  head(path: string, bytes: number): Awaitable<Uint8Array | null>;
  /** Whether there is such a file. Takes 2 µs, where a `read` that fails takes 5–30. */
  exists(path: string): Awaitable<boolean>;
  /** Writes a file that does not exist yet, mode 0600. */
  write(path: string, bytes: Uint8Array): Awaitable<void>;
  /**
   * Renames a file, in one step over another one that may be there; or a folder, which fails where
   * a folder is that holds something.
   */
  rename(from: string, to: string): Awaitable<void>;
  /** Removes a file; fails if it does not exist. */
  remove(path: string): Awaitable<void>;
  /** Names what lies in a folder; fails if it does not exist. */
  list(path: string): Awaitable<readonly string[]>;
  /** Makes a folder and those above it, mode 0700, unless they exist. */
  makeFolder(path: string): Awaitable<void>;
  /** Removes a folder; fails if something is in it, or if it does not exist. */
  removeFolder(path: string): Awaitable<void>;
  /** Whether a failed `rename` or `remove` may succeed soon, because someone has the file open. */
  isBusy(error: unknown): boolean;
}

/** File verbs that all answer at once. */
export type SyncFiles =
  & {
    readonly [Verb in keyof FileVerbs]: (
      ...args: Parameters<FileVerbs[Verb]>
    ) => Awaited<ReturnType<FileVerbs[Verb]>>;
  }
  & {
    /**
     * Writes to the end of a file, in one step; makes it, mode 0600, where it does not exist.
     *
     * @returns its size then.
     */
    append(path: string, bytes: Uint8Array): number;
    /** Looks at a file; `null` if it does not exist, or is something else. */
    stat(path: string): Stat | null;
    /** Sets the time at which a file was changed last, in milliseconds since 1970; fails as above. */
    setTime(path: string, time: number): void;
  };

/** What is known of a file without reading it. */
export interface Stat {
  /** In bytes. */
  readonly size: number;
  /** When it was changed last, in milliseconds since 1970. */
  readonly time: number;
}

/** Waits so many milliseconds. */
export type Pause = (milliseconds: number) => Promise<void>;

/** The waits between tries, in milliseconds: half a second in all. */
const PAUSES = [1, 4, 15, 30, 60, 120, 270];

/** Acts, and tries again for a while where the file is only in use. */
export async function whileBusy(
  files: FileVerbs,
  pause: Pause,
  act: () => Awaitable<void>,
): Promise<void> {
  for (const milliseconds of PAUSES) {
    try {
      return await act();
    } catch (error) {
      if (!files.isBusy(error)) throw error;
      await pause(milliseconds);
    }
  }
  await act();
}

/** Names what lies in a folder, if it exists. */
export async function listIfThere(
  files: Pick<FileVerbs, "list">,
  path: string,
): Promise<readonly string[]> {
  try {
    return await files.list(path);
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

/** The same, where a file of somebody else's may have the name of a folder of ours. */
export async function listIfFolder(
  files: Pick<FileVerbs, "list">,
  path: string,
): Promise<readonly string[]> {
  try {
    return await listIfThere(files, path);
  } catch (error) {
    if (codeOf(error) === "ENOTDIR") return [];
    throw error;
  }
}

/** Acts where a failure changes nothing: it is told by what follows, or not worth telling. */
export async function quietly(act: () => Awaitable<void>): Promise<void> {
  try {
    await act();
  } catch {
    return;
  }
}

/** Whether an error says that a file or folder does not exist. */
export function isMissing(error: unknown): boolean {
  return codeOf(error) === "ENOENT";
}

/** The code of a system's error. */
export function codeOf(error: unknown): unknown {
  return (error as { code?: unknown } | null)?.code;
}

/** The default {@linkcode Pause}. */
export function pauseByTimer(milliseconds: number): Promise<void> {
  return new Promise((resolve) => void setTimeout(resolve, milliseconds));
}
