import { gemini } from "../src/dialects/gemini.ts";
import { bodies } from "./gemini-bodies.ts";
import { places } from "./gemini-places.ts";
import { identitiesOf } from "./identities.ts";
import { keyLaws } from "./key-laws.ts";

const { keyOf } = identitiesOf(
  gemini,
  "https://generativelanguage.googleapis.com",
  "/v1beta/models/gemini-2.5-flash",
);

keyLaws({
  name: "gemini",
  bodies,
  places,
  keyOf,
  conversation: (calls, results) => ({
    contents: [
      { role: "user", parts: [{ text: "q" }] },
      { role: "model", parts: calls.map((id) => ({ functionCall: { id, name: "f", args: {} } })) },
      {
        role: "user",
        parts: results.map((id) => ({ functionResponse: { id, name: "f", response: {} } })),
      },
    ],
  }),
});
