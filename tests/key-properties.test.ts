import { bodies } from "./bodies.ts";
import { keyOf } from "./identities.ts";
import { keyLaws } from "./key-laws.ts";
import { places } from "./openai-chat-places.ts";

keyLaws({
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
});
