import assert from "node:assert/strict";
import type { LlmcacheError } from "../mod.ts";
import { type Damage, hotEnd, type Victim } from "./damage.ts";
import { listen } from "./listen.ts";
import { asking, RIGHT, type Way } from "./ways.ts";

/** Recorded twice it is the same entry, byte for byte. */
export const now = (): number => 1_800_000_000_000;
/** No time limit is ever reached. */
const wait = () => new Promise<void>(() => {});

/**
 * Damages the entry of one way to ask in many, and asks each time: the answer is right, the damage is
 * told if it lies in what was read, and the entry is replaced.
 *
 * @returns how many were tried.
 */
export async function survive(
  victim: Victim,
  way: Way,
  damages: (entry: Uint8Array) => Iterable<Damage>,
  pace: "none" | "recorded" = "none",
): Promise<number> {
  const { events, story, onEvent } = listen();
  const { ask, out } = asking({ store: victim.store, now, wait, onEvent, pace });
  await ask(way);
  out();
  story();
  const entry = victim.read();
  const end = victim.readsHead && pace === "none" ? hotEnd(entry) : entry.length;
  let tried = 0;
  for (const { what, bytes, at } of damages(entry)) {
    const about = `${victim.name}, ${way}, ${what}`;
    victim.write(bytes);
    assert.deepEqual(await ask(way), RIGHT[way], about);
    const isRead = at < end || bytes.length !== entry.length;
    const [fault] = events;
    if (isRead) {
      assert.ok(fault?.status === "fault" && fault.operation === "get", about);
      assert.ok((fault.error as LlmcacheError).code === "llmcache_entry_damaged", about);
    }
    const [calls, heard] = [out(), story()];
    if (at < end && calls === 1) {
      assert.deepEqual(heard, ["fault get", "miss damaged"], about);
      assert.deepEqual(victim.read(), entry, `${about}: the new recording replaces it`);
    } else {
      // What lies in the cold part costs the pace at most: the answer was read and is right.
      assert.ok(calls === 0 || bytes.length !== entry.length, about);
      victim.write(entry);
    }
    tried++;
  }
  assert.deepEqual(await ask(way), RIGHT[way]);
  assert.deepEqual([out(), story()], [0, ["hit"]], "the entry is whole again");
  return tried;
}
