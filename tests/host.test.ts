import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import process from "node:process";
import { test } from "node:test";
import { env, isGranted, sha256, warn } from "../src/host.ts";
import { patterned } from "./bytes.ts";
import { spawnChild } from "./spawn.ts";

const reference = (data: string | Uint8Array) => createHash("sha256").update(data).digest("hex");
const encoder = new TextEncoder();

test("host: SHA-256 is native here and answers at once", () => {
  const hash = sha256();
  assert.ok(typeof hash === "function");
  assert.equal(hash("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  assert.equal(hash(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  for (const text of ["é€😀", "\ud800", "a\ud800b", "x".repeat(1 << 20)]) {
    assert.equal(hash(text), reference(encoder.encode(text)));
    assert.equal(hash(encoder.encode(text)), hash(text));
  }
  const bytes = patterned(100_000);
  for (const [from, to] of [[0, 0], [0, 100_000], [7, 99]] as const) {
    assert.equal(hash(bytes.subarray(from, to)), reference(bytes.slice(from, to)));
  }
});

test("host: SHA-256 is the same where nothing is native", async () => {
  const { said, text } = await spawnChild("web", { HOME: "/somewhere" }).ended;
  const { hashes, bytes, env, again } = said as Record<string, unknown>;
  const texts = ["", "abc", "é€😀", "\ud800", "a".repeat(1_000)];
  assert.deepEqual(hashes, texts.map((text) => reference(encoder.encode(text))), text);
  assert.equal(bytes, reference(patterned(1_000).slice(10, 500)));
  assert.equal(env, null);
  assert.equal(again, true);
});

test("host: environment variables", () => {
  process.env["LLMCACHE_TEST_HOST"] = "a value";
  assert.equal(env("LLMCACHE_TEST_HOST"), "a value");
  delete process.env["LLMCACHE_TEST_HOST"];
  assert.equal(env("LLMCACHE_TEST_HOST"), undefined);
  assert.equal(env("toString"), undefined);
  assert.equal(isGranted("read", process.cwd()), true);
});

test("host: the same warning is given once", () => {
  const said: unknown[] = [];
  const { warn: real } = console;
  console.warn = (message: unknown) => void said.push(message);
  try {
    for (const message of ["one", "one", "two", "one"]) warn(message);
  } finally {
    console.warn = real;
  }
  assert.deepEqual(said, ["one", "two"]);
});
