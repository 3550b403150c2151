import type { BuiltIn, VectorsAsked } from "../src/batch/batch.ts";
import type { JsonObject } from "../src/dialect.ts";

/** Asks a format whether a request is its own, as if it went to this URL. */
export function askOf(
  dialect: BuiltIn,
  body: JsonObject,
  url = "https://provider.test/v1",
): VectorsAsked | null {
  const { pathname: path, searchParams: query } = new URL(url);
  return dialect.ask(body, { path, query });
}
