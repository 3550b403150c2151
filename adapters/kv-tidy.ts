/**
 * What a crash leaves behind in a Deno KV: chunks of a write whose manifest was never written.
 *
 * @module
 */

import { CHUNKS, entryAt, isManifest } from "./kv-format.ts";
import type { PatientKv } from "./kv-patient.ts";
import type { DenoKvKey } from "./kv-shape.ts";
import { isKey } from "./key.ts";

/** How many chunks one commit takes away. */
const BATCH = 200;

/**
 * Removes the chunks of writes that began before a time and that no manifest names.
 *
 * @returns how many writes they were of.
 */
export async function tidyKv(kv: PatientKv, before: number): Promise<number> {
  let writes = 0;
  let current = "";
  let isLeft = false;
  let gone: DenoKvKey[] = [];
  const remove = async () => {
    const chunks = gone;
    gone = [];
    await kv.commit((change) => chunks.forEach((chunk) => change.delete(chunk)));
  };

  // They come in the order of their keys, those of one write together.
  for await (const { key: at } of kv.list(CHUNKS)) {
    const [, , key, id, n] = at;
    if (!isKey(key) || typeof id !== "string" || typeof n !== "number") continue;
    if (current !== `${key} ${id}`) {
      current = `${key} ${id}`;
      isLeft = Number(/^(\d+)\./.exec(id)?.[1] ?? Infinity) < before && !await isNamed(kv, key, id);
      if (isLeft) writes++;
    }
    if (isLeft) gone.push([...CHUNKS, key, id, n]);
    if (gone.length === BATCH) await remove();
  }
  if (gone.length > 0) await remove();
  return writes;
}

async function isNamed(kv: PatientKv, key: string, id: string): Promise<boolean> {
  const { value } = await kv.get(entryAt(key));
  return isManifest(value) && value.id === id;
}
