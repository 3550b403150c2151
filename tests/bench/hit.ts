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
    const scores = await compare(rivals, one.calls, one.rounds);
    results.push({ name: one.name, goals: one.goals, scores });
  } finally {
    clean();
  }
}
console.log(JSON.stringify(results));
