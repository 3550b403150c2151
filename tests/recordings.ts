/** Recorded exchanges of real providers: data beside the checkout, read where it lies. */

import { existsSync, readFileSync } from "node:fs";
import process from "node:process";
import { fileURLToPath, pathToFileURL } from "node:url";

/** One recorded exchange, as far as the tests use it. */
export interface Exchange {
  readonly id: string;
  readonly provider: string;
  readonly path: string;
  readonly stream: boolean;
  readonly request: { readonly kind: string; readonly body: Record<string, unknown> | null };
  readonly response: { readonly status: number; readonly body: string };
  readonly framing: string;
}

const { LLMCACHE_RECORDINGS: place } = process.env;
const folder = place
  ? pathToFileURL(`${place}/`)
  : new URL("../../shared/recordings/", import.meta.url);

/** The text of one file; `null`, and a line on the console, where it is not there. */
export function recordedText(name: string): string | null {
  const path = fileURLToPath(new URL(name, folder));
  if (existsSync(path)) return readFileSync(path, "utf8");
  console.log(`recordings: ${name} is not here; LLMCACHE_RECORDINGS names their folder`);
  return null;
}

/** The exchanges of one file. */
export function recordedExchanges(name: string): Exchange[] {
  return (recordedText(name) ?? "").split("\n").filter((line) => line !== "")
    .map((line) => JSON.parse(line));
}
