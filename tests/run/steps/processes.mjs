import { join } from "node:path";
import { crash, crowd } from "../processes.mjs";
import { tempDir } from "../proc.mjs";

export const processes = {
  name: "processes",
  title: "1 000 ask the same in eight processes",
  needs: ["build"],
  async run() {
    const bad = [
      ...await crowd({ DIR: tempDir("crowd") }),
      ...await crowd({ KV: join(tempDir("crowd"), "kv") }, Array(4).fill("deno")),
    ];
    const note = "one call, whole and streamed: Node, Bun and Deno on a directory, Deno on a KV";
    return {
      passed: Math.max(0, 4 - bad.length),
      failed: bad.length,
      note: bad.length > 0 ? "" : note,
      output: bad.join("\n"),
    };
  },
};

export const crashes = {
  name: "crash",
  title: "20 processes killed while eight ask",
  needs: ["build"],
  async run() {
    const seed = Date.now() % 1e9;
    const { bad, stored, calls, leftovers } = await crash(20, seed);
    const note = `seed ${seed}: ${calls} calls, ${stored} stored, ${leftovers} leftovers cleaned`;
    return { passed: bad.length > 0 ? 0 : 20, failed: bad.length, note, output: bad.join("\n") };
  },
};
