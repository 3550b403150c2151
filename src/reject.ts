/**
 * Throwing out an answer that was no good.
 *
 * @module
 */

import { isPromise } from "./time/awaitable.ts";
import type { Opened } from "./core.ts";
import { checkOf, type Recording } from "./entry.ts";
import { type Exchange, faultTeller } from "./exchange.ts";
import { itemsOf } from "./batch/items.ts";
import { listEntries, readHeadline } from "./upkeep/listing.ts";
import { plainCall, type PlainRequest } from "./identity/plain-request.ts";
import { direct } from "./policy.ts";
import { isObject, show } from "./options/rules.ts";
import type { Settings } from "./options/settings.ts";
import { cacheStatus } from "./status.ts";
import { isKey } from "./bytes/store-key.ts";
import { type Flow, recognisePlain } from "./why.ts";

/** What tells which answer is meant. */
export type Rejectable =
  | Response
  | Headers
  | Readonly<Record<string, string>>
  | string
  | Request
  | PlainRequest;

/** Rejects answers; gives how many entries were removed. */
export async function rejectAnswer(flow: Flow, what: Rejectable): Promise<number> {
  const reject = rejecting(flow, what);
  const reached = flow.core.open();
  const opened = isPromise(reached) ? await reached : reached;
  return opened ? await reject(opened) : 0;
}

/** Reads what is meant. */
function rejecting(flow: Flow, what: Rejectable): (opened: Opened) => Promise<number> {
  const { settings } = flow;
  if (typeof what === "string" && what !== "") {
    if (isKey(what)) return (opened) => rejectKeys(opened, [what], settings);
    return (opened) => rejectId(opened, what, settings);
  }
  const headers = headersOf(what);
  if (headers) {
    const key = cacheStatus(headers)?.key;
    return (opened) => rejectKeys(opened, key === undefined ? [] : [key], settings);
  }
  if (isRequest(what)) {
    return async (opened) => {
      const keys = await keysOfRequest(flow, what, opened);
      return await rejectKeys(opened, keys, settings);
    };
  }
  throw new TypeError(
    "llmcache: reject() takes a Response or its headers, the key that an event tells, the id of an " +
      `answer, or a request ({ url, body }); it got ${show(what)}.`,
  );
}

async function rejectKeys(
  opened: Opened,
  keys: readonly string[],
  settings: Settings,
): Promise<number> {
  // At once, before anybody asks again.
  for (const key of keys) opened.past.reject(key);
  return await removeAll(opened, keys, settings, () => true);
}

/** Whoever was served it in this run, or recorded it, need not search for it. */
async function rejectId(opened: Opened, id: string, settings: Settings): Promise<number> {
  const { past, store } = opened;
  const flying = past.flying(id);
  for (const key of flying) past.reject(key);
  let keys = past.keysOf(id);
  if (keys.length + flying.length === 0) keys = await search(store, id, settings);
  // Under its key there may be another answer by now.
  return await removeAll(
    opened,
    [...flying, ...keys],
    settings,
    (recording) => recording.id === id,
  );
}

/** Removes entries in both forms. */
async function removeAll(
  { store, past }: Opened,
  keys: readonly string[],
  settings: Settings,
  isMeant: (recording: Recording) => boolean,
): Promise<number> {
  const onFault = faultTeller(settings);
  let removed = 0;
  for (const key of new Set(keys.flatMap(bothForms))) {
    const headline = await readHeadline(store, key, onFault);
    if (!headline || !isMeant(headline.recording)) continue;
    past.bar(key, checkOf(headline));
    if (await store.remove(key, onFault)) removed++;
  }
  return removed;
}

function bothForms(key: string): string[] {
  const id = key.slice(0, 64);
  return [`${id}.whole`, `${id}.stream`];
}

/** A response, its headers, or what some SDKs make of them: an object of texts, or of lists of them. */
function headersOf(what: unknown): Response | Headers | undefined {
  const { get, headers, status } = Object(what);
  if (typeof status === "number" && typeof headers?.get === "function") return what as Response;
  if (typeof get === "function") return what as Headers;
  if (!isObject(what) || "url" in (what as object)) return undefined;
  const entries = Object.entries(what as object);
  if (entries.length === 0 || !entries.every(([, value]) => isHeader(value))) return undefined;
  try {
    return new Headers(Object.fromEntries(entries.map(([name, value]) => [name, String(value)])));
  } catch {
    return undefined; // Texts they are, but no headers.
  }
}

function isHeader(value: unknown): boolean {
  return typeof value === "string" || (Array.isArray(value) && value.every(isHeader));
}

function isRequest(what: unknown): what is Request | PlainRequest {
  return isObject(what) && "url" in (what as object);
}

/** The keys of all entries with this id. */
async function search(
  store: Opened["store"],
  id: string,
  settings: Settings,
): Promise<readonly string[]> {
  const keys: string[] = [];
  for await (const { recording } of listEntries(store, faultTeller(settings))) {
    if (recording.id === id) keys.push(recording.key);
  }
  return keys;
}

async function keysOfRequest(
  flow: Flow,
  request: Request | PlainRequest,
  opened: Opened,
): Promise<readonly string[]> {
  const keys: string[] = [];
  for (const asked of withHeaders(request, opened)) {
    const { call, settings, policy } = direct(plainCall(asked), { ...flow.settings, mode: "auto" });
    const known = await recognisePlain(asked, call, flow, opened, settings);
    if ("detail" in known) continue;
    const { core } = flow;
    const exchange: Exchange = { settings, policy, core, opened, known, started: settings.now() };
    keys.push(known.key, ...itemsOf(exchange)?.keys ?? []);
  }
  return keys;
}

/** Who holds nothing but the body does not know what headers the SDK sends: those of this run. */
function withHeaders(
  request: Request | PlainRequest,
  { past }: Opened,
): readonly (Request | PlainRequest)[] {
  if (request.headers !== undefined) return [request];
  const { url, body } = request as PlainRequest;
  return [request, ...past.headers.map((headers) => ({ url, body, headers }))];
}
