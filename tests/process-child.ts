// One of several processes on one store; tests/run/processes.mjs starts it, in three runtimes. It says
// "ready", does what it is told once a line comes in, and prints one line of JSON.
import { appendFileSync, readFileSync } from "node:fs";
import process from "node:process";
import { type Cache, type CacheEvent, type CacheStore, createCache } from "../mod.ts";
import { createRandom } from "./soak/random.ts";

const { UPSTREAM, DIR: dir, KV: path, REDIS: url, BRIDGE, NAMESPACE } = process.env;

async function open(): Promise<CacheStore | undefined> {
  if (path) return (await import("../adapters/deno-kv.ts")).denoKvStore({ path });
  if (url) return await (await import("./bridges.ts")).bridges[BRIDGE!]!.open(url, NAMESPACE!);
  return undefined;
}

/** What is asked: the answer is made of it, so that everybody knows the right one. */
interface Question {
  readonly model: string;
  /** How many words the answer has. */
  readonly words: number;
  readonly stream: boolean;
}

/** Asks, and looks whether the answer is the right one, to the last word. */
async function ask({ fetch }: Cache, { model, words, stream }: Question): Promise<string> {
  const messages = [{ role: "user", content: `${words}` }];
  const body = JSON.stringify({ model, messages, ...(stream && { stream }) });
  const response = await fetch(`${UPSTREAM}/chat/completions`, { method: "POST", body });
  const text = await response.text();
  const isRight = contentOf(text, stream) === `${model} `.repeat(words);
  if (!isRight) throw new Error(`${model} ${stream}: ${response.status} ${text.slice(0, 500)}`);
  return text;
}

function contentOf(text: string, stream: boolean): string {
  if (!stream) return JSON.parse(text).choices?.[0].message.content;
  const events = text.split("\n\n").map((event) => event.slice("data: ".length));
  const chunks = events.slice(0, events.indexOf("[DONE]")).map((chunk) => JSON.parse(chunk));
  return chunks.map(({ choices }) => choices[0].delta.content ?? "").join("");
}

/** The question of a number, as all processes ask it: mostly short ones, some long. */
const questionOf = (n: number): Question => ({
  model: `m${n}`,
  words: [5, 500, 40, 40_000][n % 4]!,
  stream: n % 3 === 0,
});

/** How long all of them ask the same few questions, in milliseconds, and how many. */
const WINDOW = 250;
const FEW = 4;

const commands: Record<string, (argument: string) => Promise<unknown>> = {
  /** Many ask the same at the same time. */
  async crowd(count) {
    const heard: Record<string, number> = {};
    const onEvent = (event: CacheEvent) => {
      const { status } = event;
      heard[status] = (heard[status] ?? 0) + 1;
      if (status === "fault") console.error(event.operation, event.error);
    };
    const store = await open();
    // On a busy machine a KV is slow to answer hundreds at once.
    const cache = createCache({ ...(store ? { store } : { dir }), onEvent, storeTimeout: 20_000 });
    const answers: string[] = [];
    for (const stream of [false, true]) {
      const question = { model: "crowd", words: 100, stream };
      const asked = Array.from({ length: Number(count) }, () => ask(cache, question));
      answers.push(...new Set(await Promise.all(asked)));
    }
    await cache.close();
    await store?.close?.();
    return { heard, answers };
  },
  /** Asks until standard input ends, or it is killed; what is stored, and what is wrong, stands in a file. */
  async crash(argument) {
    const [log, seed] = JSON.parse(argument);
    const write = (line: string) => appendFileSync(log, `${line}\n`);
    const cache = createCache({
      dir,
      onEvent(event) {
        if (event.status === "miss" && event.stored) write(`stored ${event.model} ${event.form}`);
        if (event.status === "fault") write(`fault ${event.operation} ${event.error}`);
      },
    });
    const random = createRandom(seed);
    let isOver = false;
    process.stdin.on("end", () => isOver = true);
    const loop = async () => {
      while (!isOver) {
        const n = Math.floor(Date.now() / WINDOW) * FEW + random.below(FEW);
        await ask(cache, questionOf(n)).catch((error) => write(`wrong ${error.message}`));
        await new Promise((next) => setTimeout(next, random.below(40)));
      }
    };
    await Promise.all(Array.from({ length: 3 }, loop));
    await cache.close();
    return {};
  },
  /** Looks whether all that was said to be stored is there and right, and cleans up. */
  async check(file) {
    const bad: string[] = [];
    const now = () => Date.now() + 3_600_000;
    const cache = createCache({ dir, mode: "replay", now });
    const models: string[] = JSON.parse(readFileSync(file, "utf8"));
    for (const model of models) {
      await ask(cache, questionOf(Number(model.slice(1)))).catch((error) =>
        bad.push(error.message)
      );
    }
    const verified = [await cache.verify(), await cache.verify()];
    return { bad, verified };
  },
};

const [, , command, argument] = process.argv;
const started = new Promise((resolve) => process.stdin.once("data", resolve));
console.log("ready");
await started;
console.log(JSON.stringify(await commands[command!]!(argument!)));
process.exit();
