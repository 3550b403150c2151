/**
 * Why a request is a hit, or why it is not.
 *
 * @module
 */

import type { Core, Opened } from "./core.ts";
import { describe } from "./nearest/describe.ts";
import type { Exchange } from "./exchange.ts";
import { lookUpBatch } from "./batch/items.ts";
import type { Served } from "./lookup.ts";
import { findNearest, type NearestRequest } from "./nearest/nearest.ts";
import { isOfFunction, plainCall, type PlainRequest } from "./identity/plain-request.ts";
import { direct } from "./policy.ts";
import { readQuestion, recogniseQuestion } from "./function/question.ts";
import type { Known, Recogniser } from "./recognise.ts";
import { passingOf, stateOf, whatOf } from "./refuse.ts";
import type { Call } from "./request.ts";
import type { Settings } from "./options/settings.ts";

/** What `cache.why` tells of a request. */
export interface Why {
  /** What would become of it; `bypass`: it would pass through, because it is not cached. */
  readonly status: "hit" | "miss" | "bypass";
  /** All of it in words, on one line. */
  readonly message: string;
  /** Why it would pass through; or why its entry does not serve: `expired`, `lossy`, `damaged` … */
  readonly detail?: string;
  /** What to change so that it is cached, where there is something. */
  readonly hint?: string;
  /** The store key. */
  readonly key?: string;
  /** When its entry was recorded, in milliseconds since 1970. */
  readonly recordedAt?: number;
  /** The seconds for which that stays fresh, below 0 if it is stale, where there is a TTL. */
  readonly ttl?: number;
  /** Where it has no entry: the nearest of the newest 200 stored requests of its wire format. */
  readonly nearest?: NearestRequest;
  /** How many stored requests it was compared with. */
  readonly compared?: number;
  /** How many more could not be compared, because they were stored without their request. */
  readonly unkept?: number;
}

/** What is needed of a face. */
export interface Flow {
  readonly core: Core;
  readonly settings: Settings;
  readonly recognise: Recogniser;
}

/** Finds out why a request is a hit or is not. Nothing goes out, and nothing is stored. */
export async function explainWhy(flow: Flow, request: Request | PlainRequest): Promise<Why> {
  // What the store holds is asked for: the mode has no say in it.
  const face: Settings = { ...flow.settings, mode: "auto" };
  const { call, settings, policy, bypass } = direct(plainCall(request), face);
  if (bypass) return passes(bypass);
  const started = settings.now();
  const opened = await flow.core.open();
  if (!opened) return passes({ detail: "cache-closed" });
  const known = await recognisePlain(request, call, flow, opened, settings);
  if ("detail" in known) return passes(known);
  // So that an entry that is too old is seen as well.
  const seesAll = { ...policy, staleIfError: Infinity };
  return await explain({ settings, policy: seesAll, core: flow.core, opened, known, started });
}

/** Recognises a request that is described by hand. */
export async function recognisePlain(
  request: Request | PlainRequest,
  call: Call,
  { recognise }: Flow,
  opened: Opened,
  settings: Settings,
): Promise<Known | { readonly detail: string; readonly hint?: string }> {
  return isOfFunction(request)
    ? await recogniseAsked(call, opened, settings)
    : await recognise(call, opened.hash, settings);
}

async function recogniseAsked(call: Call, { hash }: Opened, settings: Settings) {
  const question = readQuestion([JSON.parse(await call.text() ?? "null")], false, settings);
  return "detail" in question ? question : recogniseQuestion(question, settings, hash);
}

function passes(passing: { readonly detail: string; readonly hint?: string }): Why {
  const { detail, hint } = passing;
  const message = `llmcache: ${passingOf(detail)}.${hint ? ` Hint: ${hint}.` : ""}`;
  return { status: "bypass", message, detail, ...(hint && { hint }) };
}

async function explain(exchange: Exchange): Promise<Why> {
  const { opened, known } = exchange;
  const found = await opened.landings.look(known.key, () => lookUpBatch(exchange));
  const { key } = known;
  if (found.entry) {
    const told = ageOf(found);
    const message = `llmcache: it is a hit, recorded ${day(told.recordedAt)}: ${whatOf(known)}.`;
    return { status: "hit", message, key, ...told };
  }
  const { detail, spare } = found;
  const state = `llmcache: ${stateOf(detail)}: ${whatOf(known)}.`;
  if (detail !== undefined) {
    const told = spare && ageOf(spare);
    const message = told ? `${state} It was recorded ${day(told.recordedAt)}.` : state;
    return { status: "miss", message, detail, key, ...told };
  }
  const search = await findNearest(exchange);
  const { isAll: _, ...told } = search;
  return {
    status: "miss",
    message: `${state} ${describe(search, known.dialect.name)}`,
    key,
    ...told,
  };
}

function ageOf({ entry, ttl }: Served): { readonly recordedAt: number; readonly ttl?: number } {
  return { recordedAt: entry.recording.at, ...(ttl !== undefined && { ttl }) };
}

function day(at: number): string {
  return new Date(at).toISOString();
}
