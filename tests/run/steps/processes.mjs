import { crash, crowd } from "../processes.mjs";
import { tempDir } from "../proc.mjs";

export const processes = {
  name: "processes",
  title: "eight processes ask the same",
  needs: ["build"],
  async run() {
    const places = { directory: { DIR: tempDir("crowd") } };
    const bad = [];
    for (const [name, place] of Object.entries(places)) {
      const { bad: wrong } = await crowd(place);
      bad.push(...wrong.map((line) => `${name}: ${line}`));
    }
    return { passed: 2 - Math.min(bad.length, 2), failed: bad.length, output: bad.join("\n") };
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
