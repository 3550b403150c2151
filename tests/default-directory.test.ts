import assert from "node:assert/strict";
import { test } from "node:test";
import { defaultDirectory } from "../adapters/default-directory.ts";

function placeOf(platform: string, env: Record<string, string>, home?: string) {
  return defaultDirectory({ env: (name) => env[name], platform, home: () => home });
}

test("default directory: the user's cache directory on each system", () => {
  const cases: [platform: string, env: Record<string, string>, expected: string | undefined][] = [
    ["linux", { HOME: "/home/u" }, "/home/u/.cache/llmcache"],
    ["freebsd", { HOME: "/home/u" }, "/home/u/.cache/llmcache"],
    ["linux", { HOME: "/home/u", XDG_CACHE_HOME: "/xdg" }, "/xdg/llmcache"],
    ["linux", { HOME: "/home/u", XDG_CACHE_HOME: "xdg" }, "/home/u/.cache/llmcache"],
    ["linux", { HOME: "/home/u", XDG_CACHE_HOME: "" }, "/home/u/.cache/llmcache"],
    ["linux", { HOME: "home" }, undefined],
    ["linux", {}, undefined],
    ["darwin", { HOME: "/Users/u" }, "/Users/u/Library/Caches/llmcache"],
    ["darwin", { HOME: "/Users/u", XDG_CACHE_HOME: "/xdg" }, "/xdg/llmcache"],
    ["win32", { LOCALAPPDATA: "C:\\u\\Local", USERPROFILE: "C:\\u" }, "C:\\u\\Local/llmcache"],
    ["win32", { USERPROFILE: "C:\\u", HOME: "/u" }, "C:\\u/AppData/Local/llmcache"],
    ["win32", { LOCALAPPDATA: "Local", USERPROFILE: "C:\\u" }, "C:\\u/AppData/Local/llmcache"],
    ["win32", { LOCALAPPDATA: "\\\\server\\u" }, "\\\\server\\u/llmcache"],
    ["linux", { HOME: "/home/u", XDG_CACHE_HOME: "/xdg", LLMCACHE_DIR: "mine" }, "mine"],
    ["win32", { LLMCACHE_DIR: "D:\\mine", LOCALAPPDATA: "C:\\u" }, "D:\\mine"],
    ["linux", { HOME: "/home/u", LLMCACHE_DIR: "" }, "/home/u/.cache/llmcache"],
  ];
  for (const [platform, env, expected] of cases) {
    assert.equal(placeOf(platform, env), expected, `${platform} ${JSON.stringify(env)}`);
  }
  assert.equal(placeOf("linux", {}, "/root"), "/root/.cache/llmcache");
  assert.equal(placeOf("linux", { HOME: "/home/u" }, "/root"), "/home/u/.cache/llmcache");
});
