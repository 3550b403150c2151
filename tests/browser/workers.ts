/** Runs a command in a worker of this page, from the same bundle. */

import type { Message, Outcome } from "./run.ts";

/** A worker of a page's own, or one that the pages of an origin share. */
export type Kind = "worker" | "shared worker";

const SCRIPT = "/bundle.js";
const MODULE = { type: "module" } as const;

/** Starts a worker; a shared one may run already. */
function start(kind: Kind): { port: Worker | MessagePort; source: EventTarget } {
  if (kind === "worker") {
    const worker = new Worker(SCRIPT, MODULE);
    return { port: worker, source: worker };
  }
  const worker = new SharedWorker(SCRIPT, MODULE);
  return { port: worker.port, source: worker };
}

/** Runs a command there and gives what it gave. */
export async function inWorker({ kind, ...message }: Message & { kind: Kind }): Promise<unknown> {
  const { port, source } = start(kind);
  const { value, error } = await new Promise<Outcome>((resolve, reject) => {
    port.onmessage = ({ data }) => resolve(data);
    source.addEventListener("error", () => reject(new Error(`the ${kind} did not start`)));
    port.postMessage(message);
  });
  if ("terminate" in port) port.terminate();
  if (error !== undefined) throw new Error(error);
  return value;
}
