/** Deno on a terminal, where it asks for what was not granted. */

import { spawn } from "node:child_process";
import process from "node:process";
import { fileURLToPath } from "node:url";

const script = fileURLToPath(new URL("./store-child.ts", import.meta.url));
const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;

/**
 * Runs a command of `store-child.ts` on a terminal of its own, by the `script` of util-linux, and ends
 * it as soon as Deno asks something.
 *
 * @returns all that was printed.
 */
export function onTerminal(
  command: string,
  flags: readonly string[],
  env: Record<string, string>,
): Promise<string> {
  const deno = [process.execPath, "run", "--no-check", "--quiet", ...flags, script, command];
  const child = spawn("script", ["-qec", deno.map(quoted).join(" "), "/dev/null"], {
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  let text = "";
  const take = (data: string) => {
    text += data;
    if (text.includes("Allow?")) process.kill(-child.pid!, "SIGKILL");
  };
  child.stdout.setEncoding("utf8").on("data", take);
  child.stderr.setEncoding("utf8").on("data", take);
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", () => resolve(text));
  });
}
