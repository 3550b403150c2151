import assert from "node:assert/strict";
import { test } from "node:test";
import { createCache } from "../mod.ts";
import { nodeFsStore } from "../adapters/node-fs.ts";
import { settle } from "./gate.ts";
import { answerOf, question, URL_ } from "./on-clock.ts";
import { inTemporary } from "./places.ts";
import { ownBytes } from "../src/serving/own-bytes.ts";

/** A Response whose body is the very memory that it was given, as happy-dom's is. */
class Sharing extends Response {
  readonly #given: unknown;
  constructor(body?: BodyInit | null, init?: ResponseInit) {
    super(body, init);
    this.#given = body;
  }
  override arrayBuffer(): Promise<ArrayBuffer> {
    const given = this.#given;
    if (!(given instanceof Uint8Array)) return super.arrayBuffer();
    const { buffer, byteOffset, byteLength } = given as Uint8Array<ArrayBuffer>;
    const isWhole = byteLength === buffer.byteLength;
    return Promise.resolve(isWhole ? buffer : buffer.slice(byteOffset, byteOffset + byteLength));
  }
  /** The memory itself. */
  get given(): Uint8Array {
    return this.#given as Uint8Array;
  }
}

async function withResponse<T>(kind: typeof Response, act: () => Promise<T>): Promise<T> {
  const own = globalThis.Response;
  globalThis.Response = kind;
  try {
    return await act();
  } finally {
    globalThis.Response = own;
  }
}

test("own bytes: no copy where the Response makes one, once that is known", async () => {
  const bytes = new Uint8Array(3);
  assert.deepEqual(ownBytes(bytes), bytes);
  await settle();
  assert.equal(ownBytes(bytes), bytes);
});

test("own bytes: where a Response hands on the memory it was given, each hit has its own", () =>
  inTemporary((dir) =>
    withResponse(Sharing, async () => {
      const store = nodeFsStore({ dir });
      let sent = 0;
      const fetch = () => Promise.resolve(new Response(answerOf(++sent)));
      const cache = createCache({ store, fetch });
      const ask = async () => await cache.fetch(URL_, question()) as Sharing;
      await (await ask()).text();
      for (let turn = 0; turn < 3; turn++) {
        const hit = await ask();
        assert.equal(new TextDecoder().decode(hit.given), answerOf(1), `turn ${turn}`);
        hit.given.fill(0);
        structuredClone(hit.given, { transfer: [hit.given.buffer] });
        await settle();
      }
      assert.equal(sent, 1);
    })
  ));
