import { ollama } from "../src/dialects/ollama.ts";
import { identitiesOf } from "./identities.ts";
import { keyLaws } from "./key-laws.ts";
import { bodies } from "./ollama-bodies.ts";
import { places } from "./ollama-places.ts";

const { keyOf } = identitiesOf(ollama, "http://127.0.0.1:11434", "/api/chat");

keyLaws({
  name: "ollama",
  bodies,
  places,
  keyOf,
  conversation: (calls, results) => ({
    model: "m",
    messages: [
      { role: "user", content: "q" },
      {
        role: "assistant",
        content: "",
        tool_calls: calls.map((id) => ({ id, function: { name: "f", arguments: {} } })),
      },
      ...results.map((tool_call_id) => ({ role: "tool", tool_call_id, content: "r" })),
    ],
  }),
});
