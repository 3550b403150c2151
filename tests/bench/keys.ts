/**
 * Measures what it costs to find a request's key, in the runtime that runs this, and prints one line of
 * JSON. `npm run bench -- keys` runs it in all of them.
 */

import process from "node:process";
import { sha256 } from "../../src/host.ts";
import { createRecogniser } from "../../src/recognise.ts";
import { readCall } from "../../src/request.ts";
import { readOptions } from "../../src/options/settings.ts";
import { compare, type Rival, type Score } from "./compare.ts";
import { type KeyCase, keyCases } from "./key-cases.ts";

const hash = await sha256();
const own = { namespace: "", sample: 0 };
const headers = new Headers({ "content-type": "application/json" });

/** What the SDK does anyway, the floor; the others do it too, because each call has a text of its own. */
function rivalsOf({ url, body }: KeyCase): Rival[] {
  const recognise = createRecogniser(readOptions({}));
  let seed = 0;
  const find = async (text: string) => {
    const known = await recognise(
      readCall(url, { method: "POST", headers, body: text }),
      hash,
      own,
    );
    if (!("key" in known)) throw new Error(`${url}: ${known.detail}`);
  };
  const stringify = () => JSON.stringify({ ...body, seed: seed++ });
  const again = () => JSON.stringify({ ...body, seed: -1 });
  return [
    { name: "stringify", run: () => Promise.resolve(stringify()) },
    { name: "first", run: () => find(stringify()) },
    { name: "repeated", prepare: () => find(again()), run: () => find(again()) },
  ];
}

/** Of the processor's time: the machine may be busy with something else. */
function clock(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

const results: { readonly name: string; readonly scores: Score[] }[] = [];
for (const one of keyCases()) {
  const scores = await compare(rivalsOf(one), one.calls, one.rounds, clock);
  results.push({ name: one.name, scores });
}
console.log(JSON.stringify(results));
