/** Starts `store-child.ts` in the runtime that runs the tests. */

import { spawn } from "node:child_process";
import process from "node:process";
import { fileURLToPath } from "node:url";

/** What became of a child. */
export interface Ended {
  /** The JSON value it printed. */
  readonly said: unknown;
  /** The warnings of the library. */
  readonly warnings: readonly string[];
  /** All it printed, for messages. */
  readonly text: string;
}

/** A program under way. */
export interface Child {
  readonly ended: Promise<Ended>;
  /** Ends it at once, in the middle of whatever it does. */
  kill(): void;
}

const inDeno = "Deno" in globalThis;
// The suite runs from source, and compiled in Node 20.
const extension = import.meta.url.endsWith(".ts") ? ".ts" : ".js";
const script = fileURLToPath(new URL(`./store-child${extension}`, import.meta.url));
const foreign = /^(LLMCACHE_|XDG_)/;

/**
 * Starts a child.
 *
 * @param command what it is to do.
 * @param env the environment variables it has besides this process's own.
 * @param flags how Deno is started.
 */
export function spawnChild(
  command: string,
  env: Record<string, string> = {},
  { flags = ["-A"], cwd }: { flags?: readonly string[]; cwd?: string } = {},
): Child {
  const own = Object.entries(process.env).filter(([name]) => !foreign.test(name));
  const run = inDeno ? ["run", "--no-check", "--quiet", ...flags] : [];
  const child = spawn(process.execPath, [...run, script, command], {
    env: { ...Object.fromEntries(own), NODE_NO_WARNINGS: "1", ...env },
    stdio: ["ignore", "pipe", "pipe"],
    ...(cwd && { cwd }),
  });
  let text = "";
  let stdout = "";
  child.stdout.setEncoding("utf8").on("data", (data: string) => (text += data, stdout += data));
  child.stderr.setEncoding("utf8").on("data", (data: string) => text += data);
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", () => {
      const warnings = text.split("\n").filter((line) => line.includes("llmcache: "));
      resolve({ said: parse(stdout), warnings, text });
    });
  });
  return { ended, kill: () => void child.kill("SIGKILL") };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
