// A program of a team that shares a cache in a Redis: asks some questions, twice. Prints what it heard.
import process from "node:process";
import { type CacheEvent, createCache } from "../mod.ts";
import { bridges } from "./bridges.ts";

const { REDIS, BRIDGE, NAMESPACE, UPSTREAM } = process.env;
const store = await bridges[BRIDGE!]!.open(REDIS!, NAMESPACE!);
const heard: Record<string, number> = {};
const onEvent = (event: CacheEvent) => {
  const { status } = event;
  heard[status] = (heard[status] ?? 0) + 1;
  if (status === "fault") console.error(event.operation, event.error);
};
const cache = createCache({ store, onEvent });

async function ask(n: number): Promise<string> {
  const messages = [{ role: "user", content: `question ${n}` }];
  const body = JSON.stringify({ model: "m", messages, ...(n % 2 && { stream: true }) });
  const response = await cache.fetch(`${UPSTREAM}/chat/completions`, { method: "POST", body });
  return await response.text();
}

const rounds: string[][] = [];
for (let round = 0; round < 2; round++) {
  const answers: string[] = [];
  for (let n = 0; n < 20; n++) answers.push(await ask(n));
  rounds.push(answers);
}
await cache.close();
await store.close?.();
console.log(JSON.stringify({ heard, answers: rounds[1] }));
