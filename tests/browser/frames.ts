/** Runs a command in a frame that has no origin of its own, as many playgrounds have it. */

import type { Message, Outcome } from "./run.ts";

/** Runs a command there and gives what it gave. */
export async function inFrame(message: Message): Promise<unknown> {
  const frame = document.createElement("iframe");
  frame.sandbox.add("allow-scripts");
  frame.src = "/";
  const loaded = new Promise((resolve) => frame.onload = resolve);
  document.body.append(frame);
  await loaded;
  const { port1, port2 } = new MessageChannel();
  const { value, error } = await new Promise<Outcome>((resolve) => {
    port1.onmessage = ({ data }) => resolve(data);
    frame.contentWindow!.postMessage(message, "*", [port2]);
  });
  if (error !== undefined) throw new Error(error);
  return value;
}
