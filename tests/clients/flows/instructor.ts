import Instructor from "@instructor-ai/instructor";
import OpenAI from "openai";
import { z } from "zod";
import { all, FLAKY, type Flow, PLACE } from "../flow.ts";

const model = "gpt-4.1-mini";

export const flow: Flow = async ({ url, cache }) => {
  const openai = cache.chat(new OpenAI({ apiKey: "none", baseURL: `${url}/v1` }));
  const schema = z.object({ city: z.string(), country: z.string() });
  const response_model = { schema, name: "Place" };
  const ask = <Stream extends boolean>(
    mode: "TOOLS" | "JSON_SCHEMA",
    content: string,
    stream: Stream,
  ) =>
    Instructor({ client: openai, mode }).chat.completions.create({
      model,
      messages: [{ role: "user", content }],
      response_model,
      stream,
    });
  const partials = await ask("TOOLS", PLACE, true) as unknown as AsyncIterable<object>;
  return {
    tools: await ask("TOOLS", PLACE, false),
    json: await ask("JSON_SCHEMA", PLACE, false),
    stream: (await all(partials)).at(-1),
    retried: await ask("TOOLS", `${FLAKY} ${PLACE}`, false),
  };
};
