import { GoogleGenAI } from "@google/genai";
import {
  all,
  FLAKY,
  type Flow,
  PLACE,
  placeSchema,
  STORY,
  WEATHER,
  weatherIn,
  weatherTool,
} from "../flow.ts";

const model = "gemini-2.5-flash";

export const flow: Flow = async ({ url, cache }) => {
  const httpOptions = { baseUrl: url, fetch: cache.fetch, retryOptions: { attempts: 3 } };
  const { models } = new GoogleGenAI({ apiKey: "none", httpOptions });
  const { name, description, parameters } = weatherTool;

  const contents: object[] = [{ role: "user", parts: [{ text: WEATHER }] }];
  const tools = [{
    functionDeclarations: [{ name, description, parametersJsonSchema: parameters }],
  }];
  let last = await models.generateContent({ model, contents, config: { tools } });
  for (
    ;
    last.functionCalls;
    last = await models.generateContent({ model, contents, config: { tools } })
  ) {
    contents.push(last.candidates![0]!.content!);
    const parts = last.functionCalls.map(({ id, name, args }) => ({
      functionResponse: { id, name, response: { output: weatherIn(String(args?.city)) } },
    }));
    contents.push({ role: "user", parts });
  }
  const json = { responseMimeType: "application/json", responseJsonSchema: placeSchema };
  const stream = await all(models.generateContentStream({ model, contents: STORY }));
  const embedded = await models.embedContent({
    model: "gemini-embedding-001",
    contents: ["a", "b"],
  });
  return {
    whole: (await models.generateContent({ model, contents: STORY })).text,
    stream: stream.map(({ text }) => text),
    tools: last.text,
    structured: (await models.generateContent({ model, contents: PLACE, config: json })).text,
    embeddings: embedded.embeddings?.map(({ values }) => values?.slice(0, 3)),
    retried: (await models.generateContent({ model, contents: FLAKY })).text,
  };
};
