import assert from "node:assert/strict";
import type { KeyDocument } from "../mod.ts";
import { identify } from "../src/key.ts";
import { bodies } from "./bodies.ts";
import { hash, keyOf, requestOf } from "./identities.ts";
import { keyLaws, type Lawful } from "./key-laws.ts";
import { places } from "./openai-chat-places.ts";

const chat: Lawful = {
  name: "openai-chat",
  bodies,
  places,
  keyOf,
  conversation: (calls, results) => ({
    model: "m",
    messages: [
      { role: "user", content: "q" },
      {
        role: "assistant",
        tool_calls: calls.map((id) => ({ id, type: "function", function: { name: "f" } })),
      },
      ...results.map((id) => ({ role: "tool", tool_call_id: id, content: "r" })),
    ],
  }),
};
keyLaws(chat);

// What a hook gets has been parsed once more, and nothing may be lost by that.
const hooks = { ignore: [["body", "nowhere"]], key: (document: KeyDocument) => document };
keyLaws({
  ...chat,
  name: "openai-chat under hooks",
  cases: 200,
  keyOf(body) {
    const identity = identify(requestOf(JSON.stringify(body)), hash, hooks);
    assert.ok("key" in identity);
    return identity.key;
  },
});
