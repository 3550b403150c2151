/** Packs that are damaged in very many ways. */

import process from "node:process";
import { surviveAll, surviveEach } from "../pack-laws.ts";
import { packOf } from "../packs.ts";
import { createRandom } from "./random.ts";

const [seed = "1", rounds = "20000"] = process.argv.slice(2);
await surviveAll(await packOf(12), createRandom(Number(seed)), Number(rounds));
await surviveEach(await packOf(2), 1);
console.log(`${rounds} damaged packs, and every byte and length of one: seed ${seed}`);
