/**
 * Places in a chat completions body, listed here once more and by hand: what the tests hold the
 * dialect's shape against.
 */

export type Json = null | boolean | number | string | Json[] | { [member: string]: Json };
export type Path = readonly (string | number)[];

/** The objects the API defines, `*` standing for an index. */
const DEFINED = [
  "",
  "messages.*",
  "messages.*.content.*",
  "messages.*.content.*.image_url",
  "messages.*.content.*.input_audio",
  "messages.*.content.*.file",
  "messages.*.tool_calls.*",
  "messages.*.tool_calls.*.function",
  "messages.*.tool_calls.*.custom",
  "messages.*.function_call",
  "messages.*.audio",
  "tools.*",
  "tools.*.function",
  "tools.*.custom",
  "tools.*.custom.format",
  "tools.*.custom.format.grammar",
  "tool_choice",
  "tool_choice.function",
  "tool_choice.custom",
  "tool_choice.allowed_tools",
  "tool_choice.allowed_tools.tools.*",
  "tool_choice.allowed_tools.tools.*.function",
  "tool_choice.allowed_tools.tools.*.custom",
  "response_format",
  "response_format.json_schema",
  "stream_options",
  "prediction",
  "prediction.content.*",
  "web_search_options",
  "web_search_options.user_location",
  "web_search_options.user_location.approximate",
  "audio",
  "functions.*",
  "function_call",
];

/** What is no part of the identity, and everything below it. */
export const LEFT_OUT: readonly string[] = [
  "stream",
  "user",
  "safety_identifier",
  "metadata",
  "store",
  "prompt_cache_key",
  "stream_options.include_usage",
  "stream_options.include_obfuscation",
];

/** What carries credentials. */
export const SECRET: readonly string[] = [
  "tools.*.authorization",
  "tools.*.authorization_token",
  "tools.*.headers",
  "tools.*.extra_headers",
  "tools.*.mcp.authorization",
  "tools.*.mcp.authorization_token",
  "tools.*.mcp.headers",
  "tools.*.mcp.extra_headers",
  "data_sources.*.parameters.authentication",
  "data_sources.*.parameters.embedding_dependency.authentication",
  "dataSources.*.parameters.authentication",
  "dataSources.*.parameters.key",
  "dataSources.*.parameters.embeddingKey",
  "dataSources.*.parameters.embeddingDependency.authentication",
];

const CALL = "messages.*.tool_calls.*.id";
const RESULT = "messages.*.tool_call_id";

export const patternOf = (path: Path): string =>
  path.map((part) => typeof part === "number" ? "*" : part).join(".");

const isUnder = (path: Path, patterns: readonly string[]) =>
  path.some((_, index) => patterns.includes(patternOf(path.slice(0, index + 1))));

export const isDefined = (path: Path): boolean => DEFINED.includes(patternOf(path));
export const isLeftOut = (path: Path): boolean => isUnder(path, LEFT_OUT) || isUnder(path, SECRET);
export const isCall = (path: Path): boolean => patternOf(path) === CALL;
export const isId = (path: Path): boolean => isCall(path) || patternOf(path) === RESULT;

/** Every value in a body with its place, from the outside to the inside. */
export function* walk(value: Json, path: Path = []): Generator<{ path: Path; value: Json }> {
  yield { path, value };
  if (typeof value !== "object" || value === null) return;
  for (const [name, member] of Object.entries(value)) {
    yield* walk(member, [...path, Array.isArray(value) ? Number(name) : name]);
  }
}

/** A copy with the value at a place replaced, or taken out where `change` gives `undefined`. */
export function changed(value: Json, path: Path, change: (value: Json) => Json | undefined): Json {
  const [first, ...rest] = path;
  if (first === undefined) return change(value) ?? null;
  const entries = Object.entries(value as Record<string, Json>).flatMap(([name, member]) => {
    if (name !== String(first)) return [[name, member] as const];
    if (rest.length > 0) return [[name, changed(member, rest, change)] as const];
    const changedMember = change(member);
    return changedMember === undefined ? [] : [[name, changedMember] as const];
  });
  return Array.isArray(value) ? entries.map(([, item]) => item) : Object.fromEntries(entries);
}

/**
 * What a body means, by another way than the key's: two bodies are the same request if these are
 * deeply equal, whatever the order of members.
 */
export function meaning(body: Json): unknown {
  const calls = [...walk(body)].filter(({ path, value }) =>
    isCall(path) && typeof value === "string"
  )
    .map(({ value }) => value);
  const distinct = [...new Set(calls)];

  function mean(value: Json, path: Path): unknown {
    if (isId(path)) {
      const ordinal = typeof value === "string" ? distinct.indexOf(value) : -1;
      return ordinal < 0 ? { verbatim: JSON.stringify(value) } : { ordinal };
    }
    if (Array.isArray(value)) return value.map((item, index) => mean(item, [...path, index]));
    if (typeof value !== "object" || value === null) return { leaf: JSON.stringify(value) };
    const members = Object.keys(value).map((name) => [...path, name] as Path)
      .filter((place) => !isLeftOut(place));
    const own = new Map(members.map((place) => {
      const name = place.at(-1) as string;
      return [name, mean(value[name]!, place)];
    }));
    if (isDefined(path)) return own;
    return { ordered: [...own] };
  }

  const means = mean(body, []) as Map<string, unknown>;
  const options = means.get("stream_options");
  if (options instanceof Map && options.size === 0) means.delete("stream_options");
  return means;
}
