/**
 * A cached function: any `(request) => answer` that speaks JSON, such as an in-browser model.
 *
 * @module
 */

import { breathe } from "./breathe.ts";
import type { Ask } from "./client.ts";
import { commit, reportMiss } from "./commit.ts";
import { LlmcacheError } from "./errors.ts";
import { tell } from "./events.ts";
import { elapsed, type Exchange, facts } from "./exchange.ts";
import type { Face } from "./face.ts";
import { type Opened as Answered, primed, type Reader, type Source, type Tape } from "./flight.ts";
import { ASKED_ANEW, lookUp, type Missing, type Served } from "./lookup.ts";
import {
  copyOf,
  isAsyncIterable,
  iterable,
  linesOf,
  type Piece,
  sourceOf,
  valuesOf,
} from "./pieces.ts";
import { policyOf } from "./policy.ts";
import { readQuestion, recogniseQuestion, type Unasked } from "./question.ts";
import { missMessage, type Refused } from "./refuse.ts";
import { paceOf, tellServed } from "./serve.ts";
import { type Account, boardOrSpare, isOutage } from "./spare.ts";
import { createTape } from "./tape.ts";

/** What is known of an answer before its first piece. */
export interface FunctionHead {
  /** Whether the function answered with an async iterable. */
  readonly streams: boolean;
}

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
  if (settings.mode === "replay") {
    tell(settings.onEvent, {
      status: "replay-miss",
      reason: "replay",
      url: "function",
      detail,
      milliseconds: 0,
    });
    return replayMiss("a function", { detail, ...(hint && { hint }) });
  }
  tell(settings.onEvent, { status: "bypass", detail, url: "function", ...(hint && { hint }) });
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
  const { opened: { asks }, known, settings: { maxEntryBytes: maxBytes } } = exchange;
  const aboard = await boardOrSpare({
    missing,
    signal: undefined,
    report: (outcome) => reportMiss(exchange, missing, outcome),
    board: (account) =>
      asks.board(known.key, () => launch(exchange, account, out), {
        maxBytes,
        sharesFailure: account.hasSpare,
      }),
    failureIn: () => undefined,
    failureBy,
  });
  if ("spare" in aboard) return serve(exchange, aboard.spare, aboard.failure);
  const { head, reader, joined } = aboard;
  if (!head.streams) return await onlyValue(reader, joined, exchange);
  return valuesOf(reader, joined, (bytes) => joined && tellCollapsed(exchange, bytes));
}

/** A function fails by its error; one that tells a status is judged by that. */
function failureBy(error: unknown): string | undefined {
  const { status } = Object(error);
  return status === undefined || isOutage(status) ? "failed" : undefined;
}

async function onlyValue(reader: Reader<Piece>, joined: boolean, exchange: Exchange) {
  try {
    const piece = (await reader.next())!;
    if (joined) tellCollapsed(exchange, piece.line?.length ?? 0);
    return joined ? copyOf(piece) : piece.value;
  } finally {
    reader.leave();
  }
}

function tellCollapsed(exchange: Exchange, bytes: number): void {
  tell(exchange.settings.onEvent, { status: "collapsed", ...facts(exchange, bytes) });
}

async function launch(
  exchange: Exchange,
  { fail, report, hasSpare }: Account,
  out: () => unknown,
): Promise<Answered<FunctionHead, Piece>> {
  let value: unknown;
  let source: Source<Piece>;
  try {
    value = await out();
    source = sourceOf(value);
    if (hasSpare) source = await primed(source);
  } catch (error) {
    fail("failed");
    throw error;
  }
  const streams = isAsyncIterable(value);
  const { asked, dialect } = exchange.known;
  const isAsked = streams === (asked.form === "stream");
  if (!isAsked) fail("other-form");
  const tape = !isAsked ? null : createTape({
    recorder: dialect.record(asked),
    holdsLast: !streams,
    storeIncomplete: exchange.settings.storeIncomplete,
    elapsed: () => elapsed(exchange),
    commit: (take) => commit(exchange, { status: 200, headers: {} }, take),
    report,
  });
  return { head: { streams }, source, tape: tape && tapeOfPieces(tape) };
}

/** A value that JSON would change is handed over but not recorded. */
function tapeOfPieces(tape: Tape<Uint8Array>): Tape<Piece> {
  return {
    ...tape,
    push({ line }) {
      if (line) return tape.push(line);
      tape.drop("not-json");
      return false;
    },
  };
}
