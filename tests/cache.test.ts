import assert from "node:assert/strict";
import { test } from "node:test";
import { memoryStore } from "../adapters/memory.ts";
import {
  cachedChat,
  cachedFetch,
  type CacheOptions,
  cacheStatus,
  type CacheStore,
  createCache,
} from "../mod.ts";
import { listen } from "./listen.ts";

const URL_ = "https://api.example.com/v1/chat/completions";
const ANSWER = JSON.stringify({
  id: "chatcmpl-1",
  object: "chat.completion",
  model: "m",
  choices: [{ index: 0, message: { role: "assistant", content: "hi" }, finish_reason: "stop" }],
  usage: { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 },
});

function question(more: object = {}, init: RequestInit = {}): RequestInit {
  const body = { model: "m", messages: [{ role: "user", content: "hello" }], ...more };
  return {
    method: "POST",
    headers: { "content-type": "application/json", authorization: "Bearer sk-secret" },
    body: JSON.stringify(body),
    ...init,
  };
}

/** A fetch that answers like a provider, and counts. */
function provider(respond: (n: number) => Response = () => whole()) {
  const seen: { input: unknown; init: RequestInit | undefined }[] = [];
  const fetch = ((input: unknown, init?: RequestInit) => {
    seen.push({ input, init });
    return Promise.resolve(respond(seen.length));
  }) as typeof globalThis.fetch;
  return { fetch, seen };
}

function whole(body: BodyInit = ANSWER, init: ResponseInit = {}): Response {
  return new Response(body, {
    headers: { "content-type": "application/json", "x-request-id": "req-1", "set-cookie": "a=b" },
    ...init,
  });
}

function setUp(options: CacheOptions = {}, respond?: (n: number) => Response) {
  const upstream = provider(respond);
  const heard = listen();
  const { onEvent } = heard;
  const store = options.dir === undefined ? { store: memoryStore() } : {};
  const fetch = cachedFetch({ ...store, fetch: upstream.fetch, onEvent, ...options });
  return { fetch, seen: upstream.seen, ...heard };
}

test("cache: an identical request goes out once, and its answer is the same", async () => {
  const { fetch, seen, events } = setUp({ now: () => 1000 });
  const miss = await fetch(URL_, question());
  const body = await miss.text();
  const hit = await fetch(URL_, question());
  assert.equal(await hit.text(), body);
  assert.equal(body, ANSWER);
  assert.equal(seen.length, 1);
  for (const response of [miss, hit]) {
    assert.equal(response.status, 200);
    assert.equal(response.url, URL_);
    assert.equal(response.headers.get("x-request-id"), "req-1");
  }
  assert.equal(hit.headers.get("set-cookie"), null);
  const [first, second] = events;
  assert.ok(first?.status === "miss" && first.stored);
  assert.ok(second?.status === "hit" && second.key === first.key);
  assert.deepEqual(second.usage, { input: 3, output: 2 });
  assert.equal(second.saved.tokens, 5);
  assert.equal(second.recordedAt, 1000);
  assert.equal(second.model, "m");
});

test("cache: Cache-Status tells what happened, as in RFC 9211", async () => {
  const { fetch, events } = setUp(
    {},
    () => whole(ANSWER, { headers: { "cache-status": '"Edge, llmcache"; hit' } }),
  );
  const miss = await fetch(URL_, question());
  await miss.text();
  const { key } = events[0] as { key: string };
  assert.match(key, /^[0-9a-f]{64}\.whole$/);
  assert.equal(
    miss.headers.get("cache-status"),
    `"Edge, llmcache"; hit, llmcache; fwd=miss; key="${key}"`,
  );
  assert.deepEqual(cacheStatus(miss), { hit: false, fwd: "miss", collapsed: false, key });
  const hit = await fetch(URL_, question());
  assert.equal(hit.headers.get("cache-status"), `llmcache; hit; key="${key}"`);
  assert.deepEqual(cacheStatus(hit.headers), { hit: true, collapsed: false, key });
  assert.equal(cacheStatus(new Response("")), undefined);
});

test("cache: everything else passes through, the same Response object", async () => {
  const own = whole("[]");
  const { fetch, seen, story } = setUp({}, () => own);
  const form = new FormData();
  const calls: [string, RequestInit | undefined][] = [
    ["https://api.example.com/v1/models", undefined],
    ["https://api.example.com/v1/files", { method: "POST", body: form }],
    [URL_, { method: "GET" }],
    [URL_, question({ messages: "not a list" })],
    [URL_, { method: "POST", body: "no json" }],
    ["data:,x", undefined],
  ];
  for (const [url, init] of calls) {
    const response = await fetch(url, init);
    assert.equal(response, own);
    assert.deepEqual(cacheStatus(response)?.fwd, "bypass");
    assert.equal(cacheStatus(response.headers)?.detail, "unsupported-endpoint");
  }
  assert.deepEqual(seen.map(({ init }) => init), calls.map(([, init]) => init));
  assert.deepEqual(new Set(story()), new Set(["bypass unsupported-endpoint"]));
});

test("cache: a URL and a Request are the same call as a string", async () => {
  const { fetch, seen } = setUp();
  const request = () => new Request(URL_, question());
  assert.equal(await (await fetch(request())).text(), ANSWER);
  for (const input of [URL_, new URL(URL_)]) {
    assert.equal(await (await fetch(input, question())).text(), ANSWER);
  }
  const bytes = new TextEncoder().encode(question().body as string);
  assert.equal(await (await fetch(URL_, question({}, { body: bytes }))).text(), ANSWER);
  assert.equal(await (await fetch(request())).text(), ANSWER);
  assert.equal(seen.length, 1);
  assert.equal((seen[0]!.input as Request).bodyUsed, false);
});

test("cache: credentials are not in the key, and in no event and no entry", async () => {
  const store = memoryStore();
  const { fetch, seen, events } = setUp({ store });
  const asked = (secret: string) =>
    fetch(
      `${URL_}?api-version=1&key=${secret}&sig=${secret}`,
      question({}, {
        headers: { authorization: `Bearer ${secret}`, "api-key": secret, cookie: secret },
      }),
    ).then((response) => response.text());
  await asked("marker-one");
  await asked("marker-two");
  assert.equal(seen.length, 1);
  for await (const key of store.keys()) {
    assert.doesNotMatch(new TextDecoder().decode((await store.get(key))!), /marker/);
  }
  assert.doesNotMatch(JSON.stringify(events), /marker/);
});

test("cache: namespaces, models, origins and aliases", async () => {
  const { fetch: send, seen } = provider();
  const cache = createCache({ store: memoryStore(), fetch: send });
  const ask = async (face: { fetch: typeof fetch }, url = URL_, more = {}) => {
    const before = seen.length;
    await (await face.fetch(url, question(more))).text();
    return seen.length - before;
  };
  assert.equal(await ask(cache), 1);
  assert.equal(await ask(cache.with({ namespace: "writer" })), 1);
  assert.equal(await ask(cache.with({ namespace: "writer" })), 0);
  assert.equal(await ask(cache, URL_, { model: "n" }), 1);
  const there = "http://10.0.0.5:8000/v1/chat/completions";
  const moved = "http://10.0.0.6:9000/v1/chat/completions";
  assert.equal(await ask(cache, there), 1);
  const vllm = cache.with({
    aliases: { "http://10.0.0.5:8000": "vllm", "http://10.0.0.6:9000": "vllm" },
  });
  assert.equal(await ask(vllm, there), 1);
  assert.equal(await ask(vllm, moved), 0);
});

test("cache: errors of upstream reach the caller unchanged and are not stored", async () => {
  const answers = [
    () =>
      whole('{"error":{"message":"slow down"}}', {
        status: 429,
        headers: { "retry-after": "7" },
      }),
    () => {
      throw new TypeError("fetch failed");
    },
    () => whole("not json"),
    () => whole('{"choices":[]}'),
    () => whole(),
  ];
  const { fetch, seen, story } = setUp({}, (n) => answers[n - 1]!());
  const limited = await fetch(URL_, question());
  assert.equal(limited.status, 429);
  assert.equal(limited.headers.get("retry-after"), "7");
  assert.equal(await limited.text(), '{"error":{"message":"slow down"}}');
  await assert.rejects(fetch(URL_, question()), { name: "TypeError", message: "fetch failed" });
  for (const text of ["not json", '{"choices":[]}', ANSWER, ANSWER]) {
    assert.equal(await (await fetch(URL_, question())).text(), text);
  }
  assert.equal(seen.length, 5);
  const [a, b, c, d, ...rest] = story();
  assert.deepEqual([a, b], ["miss status 429", "miss network-error"]);
  assert.ok(c!.startsWith("miss ") && d!.startsWith("miss "));
  assert.deepEqual(rest, ["miss", "hit"]);
});

test("cache: an aborted signal rejects a hit as it rejects a miss", async () => {
  const { fetch, seen } = setUp();
  const signal = AbortSignal.abort(new Error("stop"));
  await assert.rejects(fetch(URL_, question({}, { signal })), /stop/);
  assert.equal(seen.length, 0);
  await (await fetch(URL_, question())).text();
  await assert.rejects(fetch(URL_, question({}, { signal })), /stop/);
});

test("cache: modes", async () => {
  const store = memoryStore();
  const { fetch: send, seen } = provider();
  const { story, onEvent } = listen();
  const cache = createCache({ store, fetch: send, onEvent });
  const replay = cache.with({ mode: "replay", allow: ["https://auth.example.com/token"] });
  const text = async (face: { fetch: typeof fetch }, url = URL_) =>
    await (await face.fetch(url, question())).text();

  const refused = await replay.fetch(URL_, question());
  assert.equal(refused.status, 400);
  assert.equal(refused.headers.get("x-should-retry"), "false");
  const { error } = await refused.json();
  assert.equal(error.code, "llmcache_replay_miss");
  assert.match(error.message, /"hello"/);
  assert.equal((await replay.fetch("https://api.example.com/v1/models")).status, 400);
  assert.equal((await replay.fetch("https://auth.example.com/tokens")).status, 400);
  assert.equal(seen.length, 0);
  assert.equal((await replay.fetch("https://auth.example.com/token/a")).status, 200);
  assert.equal((await replay.fetch("data:,x")).status, 200);
  assert.equal(seen.length, 2);

  await text(cache);
  assert.equal(await text(replay), ANSWER);
  assert.equal(seen.length, 3);
  await text(cache.with({ mode: "refresh" }));
  await text(cache.with({ mode: "off" }));
  assert.equal(seen.length, 5);
  assert.deepEqual(story(), [
    "replay-miss",
    "replay-miss unsupported-endpoint",
    "replay-miss unsupported-endpoint",
    "bypass unsupported-endpoint",
    "miss",
    "hit",
    "refresh",
    "bypass mode-off",
  ]);
});

test("cache: a store that fails costs a miss and an event, never an exception", async () => {
  const failing: CacheStore = {
    get: () => Promise.reject(new Error("down")),
    set() {
      throw new Error("full");
    },
    delete() {},
    async *keys() {},
  };
  const { fetch, seen, story } = setUp({ store: failing });
  for (let round = 0; round < 2; round++) {
    assert.equal(await (await fetch(URL_, question())).text(), ANSWER);
  }
  assert.equal(seen.length, 2);
  const once = ["fault get", "fault get", "fault set", "miss store-fault"];
  assert.deepEqual(story(), [...once, ...once]);
});

test("cache: a store that hangs is waited for no longer than storeTimeout", async () => {
  const never = () => new Promise<never>(() => {});
  const hanging: CacheStore = { get: never, set: never, delete: never, async *keys() {} };
  const waits: number[] = [];
  const { fetch, story } = setUp({
    store: hanging,
    storeTimeout: 50,
    wait: (milliseconds) => (waits.push(milliseconds), Promise.resolve()),
  });
  assert.equal(await (await fetch(URL_, question())).text(), ANSWER);
  assert.deepEqual(waits, [50, 50, 50]);
  assert.deepEqual(story(), ["fault get", "fault get", "fault set", "miss store-fault"]);
});

test("cache: rubbish from a store is a miss and an event", async () => {
  const other = memoryStore();
  await (await setUp({ store: other }).fetch(URL_, question({ model: "other" }))).text();
  const { value: key } = await other.keys()[Symbol.asyncIterator]().next();
  const entry = (await other.get(key!))!;
  for (
    const rubbish of [undefined, "text", 7, {}, [], new Uint8Array(9), entry, new ArrayBuffer(3)]
  ) {
    const store: CacheStore = {
      get: () => rubbish as Uint8Array,
      set() {},
      delete() {},
      async *keys() {},
    };
    const { fetch, events } = setUp({ store });
    assert.equal(await (await fetch(URL_, question())).text(), ANSWER);
    assert.equal(events[0]!.status, "fault", String(rubbish));
  }
});

test("cache: a store may answer with a Buffer, a promise, or at once", async () => {
  const entries = new Map<string, Uint8Array>();
  const pool = new Uint8Array(1 << 16);
  const store: CacheStore = {
    get(key) {
      const value = entries.get(key);
      if (!value) return Promise.resolve(null);
      pool.set(value, 100);
      const Buffer = (globalThis as { Buffer?: { from(...a: unknown[]): Uint8Array } }).Buffer;
      return Promise.resolve(Buffer?.from(pool.buffer, 100, value.length) ?? value);
    },
    set: (key, value) => void entries.set(key, value.slice()),
    delete() {},
    async *keys() {},
  };
  const { fetch, story } = setUp({ store });
  await (await fetch(URL_, question())).text();
  assert.equal(await (await fetch(URL_, question())).text(), ANSWER);
  assert.deepEqual(story(), ["miss", "hit"]);
});

test("cache: over maxEntryBytes an answer passes and is not stored", async () => {
  const { fetch, story } = setUp({ maxEntryBytes: 10 });
  assert.equal(await (await fetch(URL_, question())).text(), ANSWER);
  assert.deepEqual(story(), ["miss too-large"]);
});

test("cache: a listener that throws or rejects changes nothing", async () => {
  for (
    const onEvent of [() => {
      throw new Error("mine");
    }, () => Promise.reject(new Error("mine"))]
  ) {
    const { fetch } = setUp({ onEvent });
    assert.equal(await (await fetch(URL_, question())).text(), ANSWER);
    assert.equal(await (await fetch(URL_, question())).text(), ANSWER);
  }
});

test("cache: after close calls pass through, and writes under way were waited for", async () => {
  const { fetch: send, seen } = provider();
  const { story, onEvent } = listen();
  const store = memoryStore();
  const cache = createCache({ store, fetch: send, onEvent });
  await (await cache.fetch(URL_, question())).text();
  await cache.close();
  assert.equal(await (await cache.fetch(URL_, question())).text(), ANSWER);
  assert.equal(seen.length, 2);
  assert.deepEqual(story(), ["miss", "bypass cache-closed"]);
});

test("cache: a client is wrapped once, keeps its own fetch, and is told when it loses ours", async () => {
  class Client {
    readonly options: { fetch?: typeof fetch; baseURL?: string };
    readonly fetch: typeof fetch;
    constructor(options: { fetch?: typeof fetch; baseURL?: string } = {}) {
      this.options = options;
      this.fetch = options.fetch ?? globalThis.fetch;
    }
    withOptions(options: { fetch?: typeof fetch }): this {
      return new (this.constructor as typeof Client)({ ...this.options, ...options }) as this;
    }
    async ask() {
      return await (await this.fetch(URL_, question())).text();
    }
  }
  class Careless extends Client {
    constructor() {
      super({});
    }
  }
  const own = provider();
  const store = memoryStore();
  const cached = cachedChat(new Client({ fetch: own.fetch }), { store });
  assert.ok(cached instanceof Client);
  assert.equal(await cached.ask(), ANSWER);
  assert.equal(await cached.ask(), ANSWER);
  assert.equal(own.seen.length, 1);
  assert.equal(cachedChat(cached), cached);
  const { story, onEvent } = listen();
  const again = cachedChat(cached, { store: memoryStore(), onEvent });
  await again.ask();
  assert.deepEqual(story(), ["miss"], "the second cache stands before the client's own fetch");
  assert.equal(own.seen.length, 2);
  assert.throws(
    () => cachedChat(new Careless(), { store }),
    /Careless\.withOptions.*super\(options\)/s,
  );
  for (const wrong of [null, undefined, {}, "client"]) {
    assert.throws(() => cachedChat(wrong as never), /withOptions/);
  }
});

test("cache: own properties of the fetch are kept, and it is called without a this", async () => {
  const seen: unknown[] = [];
  function upstream(this: unknown) {
    seen.push(this);
    return Promise.resolve(whole());
  }
  upstream.Response = Response;
  const fetch = cachedFetch({ store: memoryStore(), fetch: upstream as typeof globalThis.fetch });
  assert.equal((fetch as unknown as typeof upstream).Response, Response);
  await fetch(URL_, question());
  assert.deepEqual(seen, [undefined]);
});

test("cache: an abort at whatever moment after the answer settles the body", async () => {
  for (let ticks = 0; ticks < 20; ticks++) {
    const abort = new AbortController();
    const later = async () => {
      for (let tick = 0; tick < ticks; tick++) await Promise.resolve();
      abort.abort(new Error("stop"));
    };
    const { fetch } = setUp({}, () => (void later(), whole()));
    const read = async () =>
      await (await fetch(URL_, question({}, { signal: abort.signal }))).text();
    await read().then(
      (text) => assert.equal(text, ANSWER),
      (error) => assert.match(error.message, /stop/),
    );
  }
});

test("cache: callers with any different header, or fetch, do not share a call", async () => {
  for (const name of ["authorization", "x-litellm-api-key", "cf-aig-authorization"]) {
    const { fetch, seen } = setUp();
    const ask = (value: string) => fetch(URL_, question({}, { headers: { [name]: value } }));
    const answers = await Promise.all([ask("a"), ask("b"), ask("a")]);
    for (const answer of answers) assert.equal(await answer.text(), ANSWER);
    assert.equal(seen.length, 2, name);
  }
  const [one, two] = [provider(), provider()];
  const cache = createCache({ store: memoryStore() });
  const faces = [one, two].map(({ fetch }) => cache.with({ fetch }));
  for (const answer of await Promise.all(faces.map((face) => face.fetch(URL_, question())))) {
    assert.equal(await answer.text(), ANSWER);
  }
  assert.deepEqual([one.seen.length, two.seen.length], [1, 1]);
});

test("cache: a response that is none of the runtime's passes through, recognised or not", async () => {
  const mock = { ok: true, status: 200, json: () => Promise.resolve({ mine: true }) };
  const { fetch, story } = setUp({}, () => mock as unknown as Response);
  for (const url of [URL_, "https://api.example.com/v1/models"]) {
    const response = await fetch(url, question());
    assert.deepEqual(await response.json(), { mine: true });
  }
  assert.deepEqual(story(), ["miss foreign-response", "bypass unsupported-endpoint"]);
});

test("cache: a response of another implementation of fetch is recorded like any other", async () => {
  const { fetch, story } = setUp({}, () => {
    const response = whole();
    const own = response.headers;
    const headers = {
      get: (name: string) => own.get(name),
      [Symbol.iterator]: () => own[Symbol.iterator](),
    };
    return Object.defineProperty(response, "headers", { value: headers });
  });
  for (let round = 0; round < 2; round++) {
    const response = await fetch(URL_, question());
    assert.equal(await response.text(), ANSWER);
    assert.equal(response.headers.get("x-request-id"), "req-1");
  }
  assert.deepEqual(story(), ["miss", "hit"]);
});

test("cache: a hit needs no MessageChannel", async () => {
  const { fetch } = setUp();
  const own = Object.getOwnPropertyDescriptor(globalThis, "MessageChannel")!;
  Object.defineProperty(globalThis, "MessageChannel", { value: undefined, configurable: true });
  try {
    for (const until = performance.now() + 12; performance.now() < until;) {
      assert.equal(await (await fetch(URL_, question())).text(), ANSWER);
    }
  } finally {
    Object.defineProperty(globalThis, "MessageChannel", own);
  }
});

test("cache: in replay mode the advice can be followed", async () => {
  const { fetch } = setUp({ mode: "replay" });
  const missing = await (await fetch(URL_, question())).json();
  assert.match(missing.error.message, /Record it once/);
  const other = await (await fetch("https://api.example.com/v1/models")).json();
  assert.match(other.error.message, /unsupported-endpoint.*`allow`/);
});

test("cache: the status of another cache is not ours", () => {
  const status = (value: string) => cacheStatus(new Headers({ "cache-status": value }));
  assert.equal(status("not-llmcache; hit"), undefined);
  assert.equal(status('edge; detail="llmcache"'), undefined);
  assert.equal(status("edge; hit, llmcache; fwd=miss")?.hit, false);
});
