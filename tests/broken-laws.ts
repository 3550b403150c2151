/** What must hold of every format when an answer goes wrong on its way: nothing of it is stored. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { memoryStore } from "../adapters/memory.ts";
import { type CacheEvent, createCache } from "../mod.ts";
import { type Fixtures, formOf, judgingOf } from "./fixture-laws.ts";

type Broken = Pick<Fixtures, "dialect" | "request" | "url">;

/** Checks all of them, with the plain fixtures `whole` and `stream`. */
export function brokenLaws(broken: Broken): void {
  const { dialect, request, url } = broken;
  const { names, bytes } = judgingOf(broken);
  const plain = ["whole", "stream"].filter((name) => names.includes(name));

  /** Asks twice, however the first time goes; gives the events and how many entries there are. */
  async function twice(
    name: string,
    respond: (turn: number) => Response,
    read: (response: Response) => Promise<unknown> = (response) => response.arrayBuffer(),
    signal: AbortSignal | null = null,
  ): Promise<string[]> {
    const events: CacheEvent[] = [];
    let turn = 0;
    const cache = createCache({
      store: memoryStore(),
      onEvent: (event) => events.push(event),
      fetch: () => Promise.resolve(respond(turn++)),
    });
    const body = JSON.stringify({ ...request, stream: name === "stream" });
    const ask = (init: RequestInit) =>
      cache.fetch(url(formOf(name)), { method: "POST", body, ...init });
    await ask({ signal }).then(read).catch(() => {});
    await (await ask({})).arrayBuffer();
    await cache.close();
    return events.map((event) =>
      "reason" in event ? `${event.status} ${event.reason}` : event.status
    );
  }

  test(`${dialect.name}: only an answer of status 2xx is stored, whatever is in it`, async () => {
    for (const name of plain) {
      for (const status of [200, 201, 203, 299, 300, 400, 401, 404, 408, 429, 500, 503, 529]) {
        const told = await twice(name, () => new Response(bytes(name).slice(), { status }));
        const failed = `miss status ${status}`;
        assert.deepEqual(told, status < 300 ? ["miss", "hit"] : [failed, failed], name);
      }
    }
  });

  test(`${dialect.name}: what fails, is left or is aborted on its way is not stored`, async () => {
    for (const name of plain) {
      for (const part of [0, 0.5, 1]) {
        const beginning = bytes(name).slice(0, Math.floor((bytes(name).length - 1) * part));
        const then =
          (go: (controller: ReadableStreamDefaultController) => void) => (turn: number) =>
            new Response(turn > 0 ? bytes(name).slice() : begun(beginning, go));
        const stopped = new AbortController();
        const about = `${name}, ${beginning.length} bytes`;
        const failed = await twice(name, then((body) => body.error(new Error("reset"))));
        assert.deepEqual(failed, ["miss failed", "miss"], about);
        const left = await twice(name, then(() => {}), async ({ body }) => {
          const reader = body!.getReader();
          // A whole answer keeps its last chunk back until its end.
          if (name === "stream" && beginning.length > 0) await reader.read();
          await reader.cancel();
        });
        assert.deepEqual(left, ["miss cancelled", "miss"], about);
        const aborted = await twice(
          name,
          then(() => stopped.abort()),
          (response) => response.arrayBuffer(),
          stopped.signal,
        );
        assert.deepEqual(aborted, ["miss cancelled", "miss"], about);
      }
    }
  });
}

/** A body that has begun, and then … */
function begun(
  beginning: Uint8Array,
  then: (controller: ReadableStreamDefaultController) => void,
): ReadableStream<Uint8Array> {
  let isSent = beginning.length === 0;
  return new ReadableStream({
    pull(controller) {
      if (isSent) return then(controller);
      isSent = true;
      controller.enqueue(beginning);
    },
  }, { highWaterMark: 0 });
}
