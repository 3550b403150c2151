/** Every bit of every byte, every length, and more, through the whole cache, on every store. */

import { accidents, cuts, type Damage, flips, onEachVictim } from "../damage.ts";
import { survive } from "../survive.ts";
import { WAYS } from "../ways.ts";

function* everything(entry: Uint8Array): Generator<Damage> {
  yield* flips(entry, [0, 1, 2, 3, 4, 5, 6, 7]);
  yield* cuts(entry);
  yield* accidents(entry);
}

const tried: Record<string, number> = {};
for (const way of WAYS) {
  for (const pace of ["none", "recorded"] as const) {
    // Only a stream has a pace.
    if (pace === "recorded" && way !== "a streamed fetch" && way !== "a generator") continue;
    await onEachVictim(async (victim) => {
      const count = await survive(victim, way, everything, pace);
      tried[victim.name] = (tried[victim.name] ?? 0) + count;
    });
  }
}
console.log(Object.entries(tried).map(([name, count]) => `${name}: ${count}`).join(", "));
