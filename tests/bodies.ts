/** Random chat completions bodies: every object the API defines, and many it does not. */

import fc from "fast-check";
import type { Json } from "./paths.ts";

export type Members = Record<string, fc.Arbitrary<Json | undefined>>;

export const words = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom("", "a", "Paris?", "{}", "e\u0301", "\u00e9", '"', "0") },
  fc.string({ maxLength: 6 }),
  fc.string({ unit: "binary", maxLength: 4 }),
);
const names = fc.constantFrom(
  ..."type properties required a b id name function parameters headers key __proto__ constructor "
    .trim().split(" "),
  "é",
  "\u{1f600}",
  "7",
  "",
);
export const numbers = fc.oneof(fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }));
export const leaf: fc.Arbitrary<Json> = fc.oneof(
  words,
  numbers,
  fc.boolean(),
  fc.constant(null),
);

/** Any value, in which every order counts. */
export const { value: unknown, object: schema } = fc.letrec<{ value: Json; object: Json }>((
  tie,
) => ({
  value: fc.oneof(
    { depthSize: "small" },
    leaf,
    tie("object"),
    fc.array(tie("value"), { maxLength: 3 }),
  ),
  object: fc.uniqueArray(fc.tuple(names, tie("value")), {
    selector: ([name]) => name,
    maxLength: 4,
  }).map((entries) => Object.fromEntries(entries)),
}));

/** An object in which any member may be missing. */
export const some = (members: Members): fc.Arbitrary<Json> =>
  fc.record({ ...members, vendor: unknown }, { requiredKeys: [] }) as fc.Arbitrary<Json>;
export const all = (members: Members): fc.Arbitrary<Json> =>
  fc.record(members) as fc.Arbitrary<Json>;
export const list = (item: fc.Arbitrary<Json>, maxLength = 2): fc.Arbitrary<Json> =>
  fc.array(item, { maxLength });

/** Like the objects that have a kind, but not always. */
const odd = fc.oneof({ weight: 8, arbitrary: fc.constant(undefined) }, {
  weight: 1,
  arbitrary: leaf,
});

/** An object of a kind; now and then it is of another, or of none. */
export const kind = (types: readonly string[], members: Members): fc.Arbitrary<Json> =>
  fc.tuple(fc.constantFrom(...types), odd, some(members)).map(([type, other, rest]) =>
    other === undefined
      ? { ...rest as object, type }
      : { ...rest as object, ...(other === null ? {} : { type: other }) }
  );

const part = fc.oneof(
  all({ type: fc.constant("text"), text: words }),
  some({ type: fc.constant("image_url"), image_url: some({ url: words, detail: words }) }),
  some({ type: words, input_audio: some({ data: words, format: words }), cache_control: schema }),
  some({ type: words, file: some({ file_data: words, filename: words, file_id: words }) }),
  words,
);
const content = fc.oneof(words, list(part), fc.constant(null), schema);

/** Few, so that calls and results meet, in any order, and some do not. */
export const ids = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom("call_a", "call_b", "call_c", "0", "1", "") },
  { weight: 1, arbitrary: fc.oneof(fc.constantFrom(0, 1, null), list(fc.constant("call_a"))) },
);
const calls = list(some({
  id: ids,
  type: words,
  function: some({ name: words, arguments: fc.oneof(words, schema) }),
  custom: some({ name: words, input: words }),
}));

const message = fc.oneof(
  all({ role: fc.constantFrom("system", "user", "developer"), content }),
  some({ role: fc.constant("assistant"), content, tool_calls: calls, refusal: words }),
  some({ role: words, audio: some({ id: words }), reasoning_details: unknown }),
  all({ role: fc.constant("tool"), tool_call_id: ids, content }),
  some({ role: fc.constant("function"), function_call: some({ name: words, arguments: words }) }),
);

const functionTool = some({ name: words, description: words, parameters: schema, strict: leaf });
const tool = fc.oneof(
  some({ type: fc.constant("function"), function: functionTool }),
  some({
    custom: some({
      name: words,
      format: some({ type: words, grammar: some({ syntax: words, definition: words }) }),
    }),
  }),
  some({
    type: fc.constant("mcp"),
    server_url: words,
    authorization: words,
    authorization_token: words,
    headers: schema,
    extra_headers: schema,
    mcp: some({ server_url: words, headers: schema, authorization: words }),
  }),
);
const choice = some({
  type: words,
  function: some({ name: words }),
  custom: some({ name: words }),
});
const source = some({
  type: words,
  parameters: some({
    endpoint: words,
    authentication: schema,
    key: words,
    embedding_dependency: some({ type: words, authentication: schema }),
    embeddingDependency: some({ type: words, authentication: schema }),
    embeddingKey: words,
  }),
});

const optional: Members = {
  temperature: numbers,
  max_tokens: numbers,
  max_completion_tokens: numbers,
  n: numbers,
  stop: unknown,
  tools: list(tool),
  tool_choice: fc.oneof(
    words,
    choice,
    some({ type: words, allowed_tools: some({ mode: words, tools: list(choice) }) }),
  ),
  functions: list(functionTool),
  function_call: fc.oneof(words, some({ name: words })),
  response_format: some({
    type: words,
    json_schema: some({ name: words, schema, strict: fc.boolean() }),
    schema,
  }),
  stream_options: some({ include_usage: leaf, include_obfuscation: leaf }),
  prediction: some({ type: words, content }),
  web_search_options: some({
    search_context_size: words,
    user_location: some({ type: words, approximate: some({ city: words, country: words }) }),
  }),
  audio: some({ voice: unknown, format: words }),
  logit_bias: fc.dictionary(fc.constantFrom("50256", "11", "7"), numbers),
  guided_json: schema,
  data_sources: list(source, 2),
  dataSources: list(source, 2),
  stream: fc.boolean(),
  user: words,
  safety_identifier: words,
  metadata: schema,
  store: fc.boolean(),
  prompt_cache_key: words,
  vendor: unknown,
};

const basic: Members = { model: words, messages: fc.array(message, { maxLength: 4 }) };

/** Bodies as `JSON.parse` gives them, with some of the optional members. */
export function bodiesOf(
  basic: Members,
  optional: Members,
): fc.Arbitrary<{ [member: string]: Json }> {
  const names = Object.keys(optional);
  return fc.subarray(names, { maxLength: Math.min(8, names.length) })
    .chain((chosen) => {
      const members = Object.fromEntries(chosen.map((name) => [name, optional[name]!]));
      return fc.record({ ...members, ...basic });
    })
    .map((body) => JSON.parse(JSON.stringify(body)));
}

export const bodies: fc.Arbitrary<{ [member: string]: Json }> = bodiesOf(basic, optional);

/** Any JSON value. */
export const values: fc.Arbitrary<Json> = unknown.map((value) => JSON.parse(JSON.stringify(value)));
