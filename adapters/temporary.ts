/**
 * Names of what is being written in a directory. They tell since when: so a crash leaves nothing of which
 * nobody knows whether it is still wanted.
 *
 * @module
 */

const TEMPORARY = /^\.(\d+)\.[0-9a-f-]{36}\.tmp$/;

/**
 * The path of what is being written; no two writers share one.
 *
 * @param now when it is begun, in milliseconds since 1970.
 */
export function temporaryPath(folder: string, now: number): string {
  return `${folder}/.${Math.floor(now)}.${crypto.randomUUID()}.tmp`;
}

/** Whether a name is that of something that was begun before a time. */
export function isBegunBefore(name: string, before: number): boolean {
  return Number(TEMPORARY.exec(name)?.[1] ?? Infinity) < before;
}
