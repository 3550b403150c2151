/** Every bit of every byte, every length, and more, through the whole cache, on every store. */

import { accidents, cuts, type Damage, flips, onEachVictim } from "../damage.ts";
import { survive } from "../survive.ts";
import { WAYS } from "../ways.ts";

const ALL = [0, 1, 2, 3, 4, 5, 6, 7];

const damages = (bits?: readonly number[]) =>
  function* (entry: Uint8Array): Generator<Damage> {
    yield* flips(entry, bits);
    yield* cuts(entry);
    yield* accidents(entry);
  };

const tried: Record<string, number> = {};
for (const way of WAYS) {
  for (const pace of ["none", "recorded"] as const) {
    // Only a stream has a pace.
    if (pace === "recorded" && way !== "a streamed fetch" && way !== "a generator") continue;
    await onEachVictim(async (victim) => {
      // Replacing a file takes a millisecond and more: every bit for one entry, one bit for the others.
      const isSlow = victim.readsHead && (way !== "a streamed fetch" || pace === "recorded");
      const count = await survive(victim, way, damages(isSlow ? undefined : ALL), pace);
      tried[victim.name] = (tried[victim.name] ?? 0) + count;
    });
  }
}
console.log(Object.entries(tried).map(([name, count]) => `${name}: ${count}`).join(", "));
