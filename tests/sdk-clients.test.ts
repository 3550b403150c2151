import assert from "node:assert/strict";
import { test } from "node:test";
import { cachedChat } from "../mod.ts";
import type { ClientOptions } from "openai";
import { AzureOpenAI, OpenAI } from "./sdk.ts";
import { all, onStage, question } from "./stage.ts";
import { alike, steady } from "./trial.ts";

const streamed = { ...question, model: "n", stream: true } as const;
const plain = { apiKey: "none", maxRetries: 0 };
const azure = { ...plain, apiKey: "azure-key", apiVersion: "2025-04-01-preview" };

/** Asks once each way. */
const bothWays = async (openai: OpenAI) => [
  await openai.chat.completions.create(question),
  await all(openai.chat.completions.create(streamed)),
];

test("AzureOpenAI: the same answers, whole and streamed", () =>
  alike(bothWays, { client: (url) => new AzureOpenAI({ ...azure, baseURL: url }) }));

test("AzureOpenAI: a deployment, a path of its own, the version and the key as without us", () =>
  onStage(async ({ endpoint, cache }) => {
    const make = () =>
      new AzureOpenAI({ ...azure, endpoint: endpoint.origin, deployment: "my gpt" });
    const bare = await bothWays(make());
    const cached = cache().chat(make());
    assert.ok(cached instanceof AzureOpenAI);
    assert.equal(cached.constructor, AzureOpenAI);
    assert.equal(cached.apiVersion, azure.apiVersion);
    assert.equal(cached.deploymentName, "my gpt");
    assert.deepEqual(await bothWays(cached), bare);
    assert.equal(endpoint.calls.length, 4);
    assert.deepEqual(await bothWays(cache().chat(make())), bare);
    assert.equal(endpoint.calls.length, 4);
    const [whole, , wholeAgain] = endpoint.calls;
    for (const call of [whole, wholeAgain]) {
      assert.match(call!.path, /^\/openai\/deployments\/my( |%20)gpt\/chat\/completions\?/);
      assert.equal(new URL(call!.path, "http://x").search, `?api-version=${azure.apiVersion}`);
      assert.equal(call!.headers["api-key"], "azure-key");
      assert.equal(call!.headers.authorization, undefined);
    }
    assert.deepEqual(wholeAgain!.headers, whole!.headers);
  }, steady));

test("AzureOpenAI: deployments and versions are apart, keys are not", () =>
  onStage(async ({ endpoint, cache, story }) => {
    const ask = (more: object) =>
      cache().chat(new AzureOpenAI({ ...azure, endpoint: endpoint.origin, ...more }))
        .chat.completions.create(question);
    await ask({ deployment: "a" });
    await ask({ deployment: "b" });
    await ask({ deployment: "a", apiVersion: "2024-10-21" });
    assert.deepEqual(story(), ["miss", "miss", "miss"]);
    await ask({ deployment: "a", apiKey: "another" });
    assert.deepEqual(story(), ["hit"]);
  }));

test("AzureOpenAI: with tokens of Entra instead of a key", () =>
  onStage(async ({ endpoint, cache, story }) => {
    const azureADTokenProvider = () => Promise.resolve("token");
    const { apiKey: _, ...rest } = azure;
    const make = () => new AzureOpenAI({ ...rest, baseURL: endpoint.url, azureADTokenProvider });
    const first = await cache().chat(make()).chat.completions.create(question);
    assert.equal(endpoint.calls[0]?.headers.authorization, "Bearer token");
    assert.deepEqual(await cache().chat(make()).chat.completions.create(question), first);
    assert.deepEqual(story(), ["miss", "hit"]);
  }));

test("withOptions: on the returned client: still cached, still its class", () =>
  onStage(async ({ cached, story, out, endpoint }) => {
    const openai = cached().withOptions({ maxRetries: 1, defaultHeaders: { "x-team": "red" } });
    assert.equal(openai.constructor, OpenAI);
    assert.equal(openai.maxRetries, 1);
    const first = await openai.chat.completions.create(question);
    assert.equal(endpoint.calls[0]?.headers["x-team"], "red");
    assert.deepEqual(await openai.withOptions({}).chat.completions.create(question), first);
    assert.equal(cachedChat(openai), openai);
    assert.deepEqual(await openai.chat.completions.create(question), first);
    assert.deepEqual(story(), ["miss", "hit", "hit"]);
    assert.equal(out(), 1);
  }));

test("withOptions: another base URL is another provider", () =>
  onStage(async ({ cached, endpoint, story }) => {
    const openai = cached();
    await openai.chat.completions.create(question);
    const other = openai.withOptions({ baseURL: `${endpoint.origin}/other/v1` });
    await other.chat.completions.create(question);
    assert.deepEqual(story(), ["miss", "miss"]);
  }));

test("a client keeps what it was built with", () =>
  onStage(async ({ cache, endpoint }) => {
    const options: ClientOptions = {
      ...plain,
      baseURL: endpoint.url,
      organization: "org",
      project: "proj",
      timeout: 12_345,
      defaultHeaders: { "x-own": "1", "user-agent": null },
      defaultQuery: { beta: "2" },
    };
    const bare = new OpenAI(options);
    const openai = cache().chat(new OpenAI(options));
    assert.equal(openai.timeout, 12_345);
    await bare.chat.completions.create(question);
    await openai.chat.completions.create(question);
    const [without, within] = endpoint.calls;
    assert.equal(without?.headers["openai-organization"], "org");
    assert.deepEqual(within?.headers, without?.headers);
    assert.equal(within?.path, without?.path);
    assert.equal(within?.body, without?.body);
  }));

/** What people do to a client: another constructor, headers of their own, another request. */
class Team extends OpenAI {
  readonly team: string;

  constructor({ team = "red", ...options }: ClientOptions & { team?: string } = {}) {
    super(options);
    this.team = team;
  }

  protected override prepareOptions(
    options: Parameters<OpenAI["request"]>[0] & { body?: unknown },
  ): Promise<void> {
    options.body = { ...options.body as object, seed: 7 };
    return Promise.resolve();
  }

  greet(): string {
    return `team ${this.team}`;
  }
}

test("a subclass: the same class, its methods, and the request it makes of ours", () =>
  onStage(async ({ endpoint, cache, out, story }) => {
    const make = () => cache().chat(new Team({ ...plain, baseURL: endpoint.url, team: "blue" }));
    const openai = make();
    assert.ok(openai instanceof Team);
    assert.equal(openai.constructor, Team);
    assert.match(openai.greet(), /^team /);
    const first = await bothWays(openai);
    assert.equal(JSON.parse(endpoint.calls[0]!.body).seed, 7);
    assert.deepEqual(await bothWays(make()), first);
    assert.equal(out(), 2);
    assert.deepEqual(story(), ["miss", "miss", "hit", "hit"]);
  }));

/** A subclass whose constructor takes something else loses the fetch in `withOptions`. */
class Careless extends OpenAI {
  constructor(place: { readonly url: string }) {
    super({ ...plain, baseURL: place.url });
  }
}

test("a subclass that loses our fetch is an error at once, that says what to do", () => {
  assert.throws(() => cachedChat(new Careless({ url: "http://127.0.0.1:1/v1" })), {
    name: "TypeError",
    message:
      /Careless\.withOptions.*super\(options\).*new Careless\(\{ fetch: cachedFetch\(\) \}\)/s,
  });
});

test("two clients of one cache share what is stored; one cache under both is one call", () =>
  onStage(async ({ client, cache, out }) => {
    const shared = cache();
    const [one, two] = [shared.chat(client()), shared.chat(client())];
    assert.equal(shared.chat(one), one);
    const [first, second] = await Promise.all([
      one.chat.completions.create(question),
      two.chat.completions.create(question),
    ]);
    assert.deepEqual(second, first);
    assert.equal(out(), 1);
  }));
