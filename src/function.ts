/**
 * A cached function: any `(request) => answer` that speaks JSON, such as an in-browser model.
 *
 * @module
 */

import { breathe } from "./time/breathe.ts";
import type { Ask } from "./client.ts";
import { reportMiss } from "./flight/commit.ts";
import { LlmcacheError } from "./errors.ts";
import { tell } from "./events.ts";
import { type Exchange, facts } from "./exchange.ts";
import type { Face } from "./face.ts";
import type { Reader } from "./flight/flight.ts";
import { launch } from "./function/call.ts";
import { tellCollapsed } from "./flight/lead.ts";
import { ASKED_ANEW, lookUp, type Missing, type Served } from "./lookup.ts";
import { copyOf, iterable, linesOf, type Piece, valuesOf } from "./function/pieces.ts";
import { policyOf } from "./policy.ts";
import { readQuestion, recogniseQuestion, type Unasked } from "./function/question.ts";
import { missMessage, type Refused } from "./refuse.ts";
import { paceOf, tellServed } from "./serve.ts";
import { boardOrSpare, isOutage } from "./flight/spare.ts";
import { inTurn, LANDED, lookUpLanded } from "./flight/turn.ts";

type AnyAsk = (this: unknown, ...args: unknown[]) => unknown;

const wrappedFunctions = new WeakMap<object, { readonly ask: Ask; readonly face: Face }>();

/** Whether a function is one of ours. */
export function isCachedFunction(target: object): boolean {
  return wrappedFunctions.has(target);
}

/** Puts a face of a cache around a function. */
export function wrapFunction<F extends Ask>(target: F, face: Face): F {
  const before = wrappedFunctions.get(target);
  if (before?.face === face) return target;
  const ask = (before?.ask ?? target) as unknown as AnyAsk;
  const streams = Object.prototype.toString.call(ask) === "[object AsyncGeneratorFunction]";
  const cached = streams
    ? async function* (this: unknown, ...args: unknown[]) {
      return yield* await call(this, args) as AsyncGenerator<unknown>;
    }
    : function (this: unknown, ...args: unknown[]) {
      return iterable(call(this, args), Object(args[0]).stream === true);
    };

  function call(self: unknown, args: unknown[]): unknown {
    const { settings } = face;
    const out = () => ask.apply(self, args);
    if (settings.mode === "off") return pass(face, { detail: "mode-off" }, out);
    const question = readQuestion(args, streams, settings);
    if ("detail" in question) return pass(face, question, out);
    return answer(face, question, out);
  }

  wrappedFunctions.set(cached, { ask: ask as unknown as Ask, face });
  return cached as unknown as F;
}

/** In `replay` mode nothing goes out; else the function's own answer, untouched. */
function pass({ settings }: Face, { detail, hint }: Unasked, out: () => unknown): unknown {
  const about = { detail, ...(hint && { hint }) };
  const told = { url: "function", detail, milliseconds: 0 };
  if (settings.mode === "replay") {
    tell(settings.onEvent, { status: "replay-miss", reason: "replay", ...told });
    return replayMiss("a function", about);
  }
  tell(settings.onEvent, { status: "bypass", ...told, ...about });
  return out();
}

/** The whole flow of one call. */
async function answer(
  face: Face,
  question: Exclude<ReturnType<typeof readQuestion>, Unasked>,
  out: () => unknown,
): Promise<unknown> {
  const { settings, core } = face;
  const started = settings.now();
  const opened = await core.open();
  if (!opened) return pass(face, { detail: "cache-closed" }, out);
  const known = recogniseQuestion(question, settings, opened.hash);
  if ("detail" in known) return pass(face, known, out);
  const policy = policyOf(settings);
  const exchange: Exchange = { settings, policy, core, opened, known, started };
  const look = () => opened.landings.look(known.key, () => lookUp(exchange));
  const found = policy.asksAnew ? ASKED_ANEW : await look();
  if (found.entry) return serve(exchange, found);
  if (policy.staysIn) {
    tell(settings.onEvent, {
      status: "replay-miss",
      reason: "replay",
      url: "function",
      ...(found.detail && { detail: found.detail }),
      ...facts(exchange, 0),
    });
    return replayMiss(`a function asked ${known.asked.words}`, found, exchange);
  }
  return record(exchange, found, out);
}

async function replayMiss(what: string, why: Refused, exchange?: Exchange): Promise<never> {
  throw new LlmcacheError("llmcache_replay_miss", await missMessage(what, why, 400, exchange));
}

async function serve(exchange: Exchange, served: Served, failure?: string): Promise<unknown> {
  const { form } = exchange.known.asked;
  const pacing = form === "stream" ? await paceOf(exchange, served, undefined) : undefined;
  await breathe();
  tellServed(exchange, served, failure);
  if (form === "stream") return linesOf(served.answer, pacing);
  return JSON.parse(new TextDecoder().decode(served.answer));
}

async function record(exchange: Exchange, missing: Missing, out: () => unknown): Promise<unknown> {
  const { opened: { asks, past }, known, settings: { maxEntryBytes: maxBytes } } = exchange;
  const aboard = await boardOrSpare({
    missing,
    signal: undefined,
    report: (outcome) => reportMiss(exchange, missing, outcome),
    board: (account) =>
      asks.board(
        `${known.key} ${past.era(known.key)}`,
        (signal) =>
          inTurn(exchange, account, signal, (exchange, account) => launch(exchange, account, out)),
        { maxBytes, sharesFailure: account.hasSpare },
      ),
    failureIn: () => undefined,
    failureBy,
  });
  if ("spare" in aboard) return serve(exchange, aboard.spare, aboard.failure);
  const { head, reader, joined } = aboard;
  if (head === LANDED) {
    reader.leave();
    const found = await lookUpLanded(exchange);
    return found.entry ? serve(exchange, found) : record(exchange, found, out);
  }
  const told = (bytes: number) => joined && tellCollapsed(exchange, head.lead, bytes);
  return head.streams ? valuesOf(reader, joined, told) : await onlyValue(reader, joined, told);
}

/** A function fails by its error; one that tells a status is judged by that. */
function failureBy(error: unknown): string | undefined {
  const { status } = Object(error);
  return status === undefined || isOutage(status) ? "failed" : undefined;
}

async function onlyValue(
  reader: Reader<Piece>,
  joined: boolean,
  told: (bytes: number) => unknown,
): Promise<unknown> {
  try {
    const piece = (await reader.next())!;
    told(piece.line?.length ?? 0);
    return joined ? copyOf(piece) : piece.value;
  } finally {
    reader.leave();
  }
}
