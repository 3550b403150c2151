import { anthropicMessages } from "../src/dialects/anthropic-messages.ts";
import { bodies } from "./anthropic-messages-bodies.ts";
import { places } from "./anthropic-messages-places.ts";
import { identitiesOf } from "./identities.ts";
import { keyLaws } from "./key-laws.ts";

const { keyOf } = identitiesOf(anthropicMessages, "https://api.anthropic.com", "/v1/messages");

keyLaws({
  name: "anthropic-messages",
  bodies,
  places,
  keyOf,
  conversation: (calls, results) => ({
    model: "m",
    messages: [
      { role: "user", content: "q" },
      {
        role: "assistant",
        content: calls.map((id) => ({ type: "tool_use", id, name: "f", input: {} })),
      },
      {
        role: "user",
        content: results.map((id) => ({ type: "tool_result", tool_use_id: id, content: "r" })),
      },
    ],
  }),
});
