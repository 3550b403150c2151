import { openaiResponses } from "../src/dialects/openai-responses.ts";
import { identitiesOf } from "./identities.ts";
import { keyLaws } from "./key-laws.ts";
import { bodies } from "./openai-responses-bodies.ts";
import { places } from "./openai-responses-places.ts";

const { keyOf } = identitiesOf(openaiResponses, "https://api.openai.com", "/v1/responses");

keyLaws({
  name: "openai-responses",
  bodies,
  places,
  keyOf,
  conversation: (calls, results) => ({
    model: "m",
    input: [
      { role: "user", content: "q" },
      ...calls.map((call_id) => ({ type: "function_call", call_id, name: "f", arguments: "{}" })),
      ...results.map((call_id) => ({ type: "function_call_output", call_id, output: "r" })),
    ],
  }),
});
