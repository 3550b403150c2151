/** Credentials are in no key, no entry, no event and no log, wherever a request carries them. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { memoryStore } from "../adapters/memory.ts";
import { type CacheEvent, createCache } from "../mod.ts";
import type { Dialect, JsonObject } from "../src/dialect.ts";
import { redacted } from "../src/identity/secrets.ts";
import { identitiesOf } from "./identities.ts";
import type { Json } from "./paths.ts";

const decoder = new TextDecoder();
const MARKER = "sk-MARKER-7f3a";
const headers = {
  authorization: `Bearer ${MARKER}`,
  "api-key": MARKER,
  "x-api-key": MARKER,
  "x-goog-api-key": MARKER,
  "proxy-authorization": MARKER,
  cookie: MARKER,
  "x-of-a-gateway": MARKER,
};
const query = ["key", "api_key", "access_token", "token", "sig", "signature", "x", "%6Bey"]
  .map((name) => `${name}=${MARKER}`).join("&");
const levels = ["log", "info", "warn", "error", "debug"] as const;

/** One format, as far as its credentials go. */
export interface Secretive {
  readonly dialect: Dialect;
  readonly url: string;
  readonly request: JsonObject;
  /** An answer that is stored. */
  readonly answer: Uint8Array;
  readonly secret: readonly string[];
  /** Where URLs of servers stand in a body, whose query may hold a key. */
  readonly urls?: readonly string[];
  /** Places in requests that pass through anyway. */
  readonly passing?: (place: string) => boolean;
}

/** The smallest body with a value at a place. */
function bodyWith(place: string, value: Json): JsonObject {
  const build = ([part, ...rest]: readonly string[]): Json => {
    if (part === undefined) return value;
    const [name, types] = part.split("@");
    const inner = build(rest);
    if (name !== "*") return { [name!]: inner };
    const type: object = types === undefined ? {} : { type: types.split("|")[0]! };
    return [{ role: "user", ...type, ...inner as object }];
  };
  return build(place.split(".")) as JsonObject;
}

/** Checks all of them. */
export function secretLaws(secretive: Secretive): void {
  const { dialect, url, request, answer, secret, passing, urls = [] } = secretive;
  const { keyOf, identity } = identitiesOf(dialect, new URL(url).origin, new URL(url).pathname);

  test(`${dialect.name}: credentials are in no document and no stored text, and never count`, () => {
    for (const place of secret) {
      const other = keyOf({ ...request, ...bodyWith(place, "another") } as Json);
      for (const value of [MARKER, { Authorization: [MARKER] }, [MARKER], `${MARKER}\u{1f600}"`]) {
        const body = { ...request, ...bodyWith(place, value) };
        const text = JSON.stringify(body);
        const { key, document } = identity(text);
        assert.ok(!document.includes("MARKER"), place);
        assert.equal(
          redacted(dialect.shape, text, body),
          text.replace(JSON.stringify(value), '"[redacted]"'),
          place,
        );
        assert.equal(key, other, place);
      }
    }
    const text = JSON.stringify(request);
    assert.equal(redacted(dialect.shape, text, request), text, "no credential, no change");
  });

  test(`${dialect.name}: credentials leave no trace in the store, the events and the log`, async () => {
    // At last none in the body: in headers and query alone.
    for (const place of [...secret.filter((place) => !passing?.(place)), ...urls, ""]) {
      const isUrl = urls.includes(place);
      const carrying = (value: string) =>
        place === ""
          ? {}
          : bodyWith(place, isUrl ? `https://${value}:${value}@s.test/mcp?token=${value}` : value);
      const told: unknown[] = [];
      const statuses: string[] = [];
      const store = memoryStore();
      const cache = createCache({
        store,
        onEvent(event: CacheEvent) {
          told.push(event);
          statuses.push(event.status);
        },
        fetch: () =>
          Promise.resolve(new Response(answer.slice(), { headers: { "set-cookie": MARKER } })),
      });
      // The user's own code gets to see the text and the document.
      const hooked = cache.with({
        normalize: (text) => (told.push(text), text),
        key: (document) => (told.push(document), document),
      });
      const before = { ...console };
      for (const level of levels) console[level] = (...words) => told.push(words);
      try {
        for (const [turn, value] of [MARKER, MARKER, `${MARKER}2`, MARKER].entries()) {
          const { fetch } = turn < 3 ? cache : hooked;
          const response = await fetch(`${url}?${query}`, {
            method: "POST",
            headers,
            body: JSON.stringify({ ...request, ...carrying(value) }),
          });
          await response.arrayBuffer();
        }
        const missing = cache.with({ mode: "replay", namespace: "other" });
        const body = JSON.stringify({ ...request, ...carrying(MARKER) });
        const refused = await missing.fetch(`${url}?${query}`, { method: "POST", headers, body });
        told.push(await refused.text(), [...refused.headers]);
      } finally {
        Object.assign(console, before);
      }
      assert.deepEqual(statuses, ["miss", "hit", "hit", "hit", "replay-miss"], place);
      let entries = 0;
      for await (const key of store.keys()) {
        entries++;
        const entry = key + decoder.decode((await store.get(key))!);
        assert.ok(!entry.includes("MARKER"), place);
        assert.ok(entry.includes("[redacted]"), place);
      }
      assert.ok(entries > 0); // Items of a batch lie beside it.
      assert.ok(!JSON.stringify(told).includes("MARKER"), place);
      if (place === "") continue;
      // The same body with odd spacing cannot be cleaned, so it is not kept at all.
      const odd = JSON.stringify({ ...request, ...carrying(MARKER) }, null, 1);
      const passed = await cache.fetch(url, { method: "POST", body: odd });
      assert.match(passed.headers.get("cache-status") ?? "", /^$|credential-in-raw-body/);
      const last = told.at(-1) as CacheEvent;
      assert.equal(last.status === "bypass" && last.detail, "credential-in-raw-body", place);
      assert.ok(!JSON.stringify(last).includes("MARKER"), place);
      await cache.close();
    }
  });

  test(`${dialect.name}: of the URL of a server the query counts, but is not shown`, () => {
    for (const place of urls) {
      const keyWith = (value: string) => keyOf({ ...request, ...bodyWith(place, value) } as Json);
      const plain = "https://s.test/mcp";
      assert.equal(keyWith(`https://user:pass@s.test/mcp?api_key=k`), keyWith(plain), place);
      const others = ["?tools=a", "?tools=b", "?tools", "#a", "#b", "/", "?"].map((end) =>
        plain + end
      );
      const keys = [plain, "s.test/mcp", ...others.slice(0, -1)].map(keyWith);
      assert.equal(new Set(keys).size, keys.length, place);
      const body = { ...request, ...bodyWith(place, `${plain}?tools=${MARKER}&beta=1#${MARKER}`) };
      const text = JSON.stringify(body);
      assert.ok(!identity(text).document.includes("MARKER"), place);
      const shown = `${plain}?tools=[redacted]&beta=1#[redacted]`;
      assert.equal(
        redacted(dialect.shape, text, body),
        JSON.stringify({ ...request, ...bodyWith(place, shown) }),
        place,
      );
    }
  });
}
