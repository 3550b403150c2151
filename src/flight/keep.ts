/**
 * An answer that came back whole is kept: as it is, and of a batch each vector for itself.
 *
 * The reader waits for the whole answer, so that a script that ends at once loses nothing. It waits for
 * the items too, because an ordinary local store takes 2 048 of them within the limit; but no longer:
 * without them another batch costs another call, and this one is safe already.
 *
 * @module
 */

import { takeOut } from "./admit.ts";
import type { Parts } from "../batch/batch.ts";
import { breathe } from "../time/breathe.ts";
import { joinBytes } from "../bytes/bytes.ts";
import { commit, entryOf, put, type Reply } from "./commit.ts";
import { type Exchange, faultTeller } from "../exchange.ts";
import type { OnFault } from "../guard/guard.ts";
import { type Items, itemsOf, SLICE, unknownPlaces } from "../batch/items.ts";
import type { Take } from "./tape.ts";
import { within } from "../time/within.ts";

/** The longest a reader waits for the items, in milliseconds. They are written all the same. */
const LONGEST_HOLD = 500;

/** Stores an answer and its items; tells whether the answer is certainly there. Never throws. */
export async function keep(exchange: Exchange, reply: Reply, take: Take): Promise<boolean> {
  const { core, opened: { past }, known: { dialect, key }, settings } = exchange;
  const era = past.era(key);
  const stored = await commit(exchange, reply, take);
  if (!stored || !dialect.batch) return stored;
  const isRejected = () => past.era(key) !== era;
  const written = core.track(keepItems(exchange, reply, take, isRejected));
  await within(written, LONGEST_HOLD, settings.wait).catch(() => {});
  return true;
}

async function keepItems(
  exchange: Exchange,
  reply: Reply,
  { answer }: Take,
  isRejected: () => boolean,
): Promise<void> {
  let isFaulty = false;
  // One fault is told, and each further slice of a store that fails could take as long.
  const onFault: OnFault = (fault) => {
    if (!isFaulty) faultTeller(exchange.settings)(fault);
    isFaulty = true;
  };
  try {
    const items = itemsOf(exchange);
    const read = items?.batching.read(new TextDecoder().decode(joinBytes(answer)));
    if (!items || read?.items.length !== items.keys.length) return;
    const parts = { ...read, envelope: unspent(read.envelope, items.batching.spent) };
    const places = unknownPlaces(items);
    for (let at = 0; at < places.length && !isFaulty && !isRejected(); at += SLICE) {
      const slice = places.slice(at, at + SLICE);
      const sets = slice.map((place) =>
        put(exchange, items.keys[place]!, itemEntry(exchange, reply, items, parts, place), onFault)
      );
      await Promise.all(sets);
      if (isRejected()) await Promise.all(slice.map((at) => takeOut(exchange, items.keys[at]!)));
      await breathe();
    }
  } catch (error) {
    onFault({ operation: "set", error });
  }
}

/** One item, as the answer to a batch of it alone. */
function itemEntry(
  exchange: Exchange,
  { headers }: Reply,
  { batch, batching, keys }: Items,
  { envelope, items }: Parts,
  place: number,
): Uint8Array {
  const { "content-type": type } = headers;
  const text = batching.write({ envelope, items: [items[place]!] });
  return entryOf(exchange, { status: 200, headers: type ? { "content-type": type } : {} }, {
    key: keys[place]!,
    dialect: `${exchange.known.dialect.name}/item`,
    text: JSON.stringify(batch.items[place]),
    answer: [new TextEncoder().encode(text)],
    chunks: [],
    words: batch.words(place),
  });
}

/** What was spent was spent on the whole batch. */
function unspent(envelope: Parts["envelope"], spent: readonly string[]): Parts["envelope"] {
  return Object.fromEntries(
    Object.entries(envelope).map(([name, value]) => [
      name,
      spent.includes(name) ? zeroed(value) : value,
    ]),
  );
}

function zeroed(value: unknown): unknown {
  if (typeof value === "number") return 0;
  if (Array.isArray(value)) return value.map(zeroed);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, zeroed(one)]));
}
