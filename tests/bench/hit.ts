/**
 * Measures a hit end to end in the runtime that runs this, and prints one line of JSON.
 * `npm run bench` runs it in all of them.
 */

import { cases } from "./cases.ts";
import { compare, type Score } from "./compare.ts";
import { peersOf } from "./peers.ts";

const results: { readonly name: string; readonly goals: object; readonly scores: Score[] }[] = [];
for (const one of cases) {
  const { rivals, clean } = await peersOf(one);
  try {
    const [floor, ...others] = rivals;
    const scores: Score[] = [];
    for (const rival of others) {
      // Two at a time: what a third leaves to the garbage collector would be paid by the next.
      const { calls, repeats, rounds } = one;
      const [memory, own] = rival.prepare
        ? await compare([floor!, rival], calls, rounds * repeats)
        : await compare([floor!, rival], calls * repeats, rounds);
      if (scores.length === 0) scores.push(memory!);
      scores.push(own!);
    }
    results.push({ name: one.name, goals: one.goals, scores });
  } finally {
    clean();
  }
}
console.log(JSON.stringify(results));
