import assert from "node:assert/strict";
import { test } from "node:test";
import { sha256 } from "../src/host.ts";
import { readAliases, readTarget, shownTarget } from "../src/identity/target.ts";

const hash = await sha256();
const none = new Map<string, string>();
const read = (url: string, aliases: Readonly<Record<string, string>> = {}) =>
  readTarget(url, readAliases(aliases), hash);
const keyOf = (url: string) => JSON.stringify(read(url).target);

test("target: origin and path, without user information and fragment", () => {
  const { query, ...rest } = read("https://u:p@Api.OpenAI.com:443/v1/chat/completions#f");
  assert.equal(String(query), "");
  assert.deepEqual(rest, {
    path: "/v1/chat/completions",
    target: { origin: "https://api.openai.com", path: "/v1/chat/completions" },
    shown: "https://api.openai.com/v1/chat/completions",
  });
  // `URL#origin` would be "null" for both.
  assert.notEqual(keyOf("app://one/v1"), keyOf("app://two/v1"));
});

test("target: of the query only listed values are shown; credentials do not count at all", () => {
  const url = "https://x/v1?api-version=2024-06-01&flag=SECRET&key=SECRET&SECRET&beta&alt=sse&e=";
  const { target, shown } = read(url);
  assert.deepEqual(target.query, [
    ["api-version", "2024-06-01"],
    ["flag", `sha256:${hash("SECRET")}`],
    [`sha256:${hash("SECRET")}`],
    ["beta"],
    ["alt", "sse"],
    ["e", ""],
  ]);
  assert.deepEqual(shownTarget(target), {
    ...target,
    query: [
      ["api-version", "2024-06-01"],
      ["flag", "[redacted]"],
      ["[redacted]"],
      ["beta"],
      ["alt", "sse"],
      ["e", ""],
    ],
  });
  const hidden = "flag=[redacted]&key=[redacted]&[redacted]";
  assert.equal(shown, `https://x/v1?api-version=2024-06-01&${hidden}&beta&alt=sse&e=`);
  for (const name of ["key", "api_key", "access_token", "token", "sig", "signature", "k%65y"]) {
    const { target, shown } = read(`https://x/v1?${name}=SECRET`);
    assert.equal(JSON.stringify(target), keyOf("https://x/v1"), name);
    assert.ok(!shown.includes("SECRET"), name);
  }
});

test("target: every other difference counts", () => {
  const urls = [
    "https://x/v1",
    "http://x/v1",
    "https://x:8443/v1",
    "https://x/v1/",
    "https://x/V1",
    "https://x/v1?a=1",
    "https://x/v1?a=2",
    "https://x/v1?a=",
    "https://x/v1?a",
    "https://x/v1?=a",
    "https://x/v1?b=1",
    "https://x/v1?a=1&b=1",
    "https://x/v1?b=1&a=1",
    "https://x/v1?a=1&a=1",
    "https://x/v1?a=%31",
    "https://x/v1?api-version=1",
    "https://x/v1?api-version=2",
  ];
  assert.equal(new Set(urls.map(keyOf)).size, urls.length);
});

test("target: an alias stands for the origin, and is never mixed up with a path", () => {
  const aliases = { "http://10.0.0.5:8000": "vllm", "https://10.0.0.6:443/": "vllm" };
  const first = read("http://10.0.0.5:8000/v1/chat/completions", aliases);
  assert.equal(first.target.origin, "vllm");
  assert.equal(first.shown, "http://10.0.0.5:8000/v1/chat/completions");
  assert.deepEqual(read("https://10.0.0.6/v1/chat/completions", aliases).target, first.target);
  assert.equal(read("http://10.0.0.5:8001/v1", aliases).target.origin, "http://10.0.0.5:8001");
  const other = read("http://10.0.0.5:8000/chat", { "http://10.0.0.5:8000": "vllm/v1" });
  assert.notDeepEqual(other.target, read("http://10.0.0.5:8000/v1/chat", aliases).target);
  assert.deepEqual(readAliases({}), none);
});

test("target: a wrong alias is an error that names the option and no credential", () => {
  const wrong: Record<string, string>[] = [
    { "vllm": "http://10.0.0.5:8000" },
    { "http://10.0.0.5:8000/v1": "vllm" },
    { "http://me:SECRET@10.0.0.5:8000": "vllm" },
    { "http://10.0.0.5:8000?key=SECRET": "vllm" },
    { "localhost:8000": "vllm" },
    { "http://10.0.0.5:8000": "" },
    { "http://10.0.0.5:8000": 5 as unknown as string },
  ];
  for (const aliases of wrong) {
    assert.throws(() => readAliases(aliases), (error: Error) => {
      assert.ok(error instanceof TypeError);
      assert.match(error.message, /option `aliases`/);
      assert.doesNotMatch(error.message, /SECRET/);
      return true;
    }, JSON.stringify(aliases));
  }
});
