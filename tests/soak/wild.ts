import assert from "node:assert/strict";
import { LAST, whole, word } from "../crowd.ts";
import type { Random } from "./random.ts";

/** The largest answer that is stored. */
export const LIMIT = 4096;

/** What upstream may fail with. */
export class Wild extends Error {}

/** An upstream that does whatever an upstream may do, and keeps the books. */
export interface Upstream {
  readonly fetch: typeof globalThis.fetch;
  /** How often each thing happened. */
  readonly done: Record<string, number>;
  /** Whether an answer to a question is one that was given to it. */
  wasGiven(question: string, text: string): boolean;
  /** Answers that are neither at an end nor left. */
  open(): number;
}

/** Lets others have their turn, a few times. */
export async function pause(turns: number): Promise<void> {
  for (let turn = 0; turn < turns; turn++) await new Promise<void>((done) => setTimeout(done, 0));
}

type Plan = "fine" | "error" | "no network" | "cut" | "large" | "unfinished";
const PLANS: readonly Plan[] = ["error", "no network", "cut", "large", "unfinished"];

function partsOf(plan: Plan, stream: boolean, text: string): string[] {
  if (plan === "error") return [`{"error":{"message":"${text}"}}`];
  const filling = plan === "large" ? "x".repeat(LIMIT / 2) : "";
  if (!stream) return [whole(text + filling + filling)];
  const words = [text, " ", filling, filling, "."].map(word);
  return plan === "unfinished" ? words : [...words, LAST];
}

/** Makes an upstream. */
export function createUpstream(random: Random): Upstream {
  /** Calls under way that others can still join, by question. */
  const joinable = new Map<string, number>();
  const given = new Map<string, Set<string>>();
  const done: Record<string, number> = {};
  const encoder = new TextEncoder();
  let calls = 0;
  let open = 0;

  function enter(question: string): () => void {
    const others = joinable.get(question) ?? 0;
    assert.equal(others, 0, `a second call for ${question}`);
    joinable.set(question, 1);
    let left = false;
    return () => {
      if (!left) joinable.set(question, joinable.get(question)! - 1);
      left = true;
    };
  }

  async function answer(init: RequestInit): Promise<Response> {
    const { model, stream = false } = JSON.parse(`${init.body}`);
    const question = `${model} ${stream}`;
    const leave = enter(question);
    init.signal!.addEventListener("abort", leave);
    const plan = random.chance(0.7) ? "fine" : PLANS[random.below(PLANS.length)]!;
    done[plan] = (done[plan] ?? 0) + 1;
    await pause(random.below(3));
    if (init.signal!.aborted || plan === "no network") {
      leave();
      throw new Wild("no network");
    }
    if (plan === "error") leave();
    const parts = partsOf(plan, stream, `${question} ${++calls}`);
    const texts = given.get(question) ?? new Set();
    given.set(question, texts.add(parts.join("")));
    return new Response(bodyOf(parts, plan, leave), { status: plan === "error" ? 429 : 200 });
  }

  function bodyOf(parts: string[], plan: Plan, leave: () => void): ReadableStream<Uint8Array> {
    let bytes = 0;
    let ended = false;
    open++;
    const end = () => {
      if (!ended) open--;
      ended = true;
      leave();
    };
    return new ReadableStream({
      async pull(controller) {
        await pause(random.below(2));
        const part = parts.shift();
        if (part === undefined || (plan === "cut" && parts.length === 0)) {
          end();
          return part === undefined ? controller.close() : controller.error(new Wild("cut"));
        }
        bytes += encoder.encode(part).length;
        // From here on it is stored, or too large to be: the next one may have to call.
        if (part === LAST || bytes > LIMIT) leave();
        controller.enqueue(encoder.encode(part));
      },
      cancel: end,
    }, { highWaterMark: 0 });
  }

  return {
    fetch: ((_: unknown, init: RequestInit) => answer(init)) as typeof globalThis.fetch,
    done,
    wasGiven: (question, text) => given.get(question)?.has(text) ?? false,
    open: () => open,
  };
}
