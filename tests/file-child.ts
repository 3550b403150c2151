// Begins to write a file as the command line does, says so, and never comes to an end.
import process from "node:process";
import { writeFile } from "../src/cli/files.ts";

setInterval(() => {}, 1000);
let pulls = 0;
const stream = new ReadableStream<Uint8Array>({
  async pull(controller) {
    if (pulls++ === 0) return controller.enqueue(new Uint8Array(100));
    console.log("writing");
    await new Promise<void>(() => {});
  },
}, { highWaterMark: 0 });
await writeFile(process.argv[2]!, stream);
