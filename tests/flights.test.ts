import assert from "node:assert/strict";
import { test } from "node:test";
import type { Opened, Reader, Tape } from "../src/flight/flight.ts";
import { createFlights } from "../src/flights.ts";
import { gate, settle } from "./gate.ts";

/** An upstream whose chunks the test hands out, and which counts what is asked of it. */
function upstream(options: { holdsLast?: boolean; wholeAfter?: number } = {}) {
  const log: string[] = [];
  const chunks: (string | null | Error)[] = [];
  let waiting = gate();
  let calls = 0;
  let reads = 0;
  let taped = 0;
  const tape: Tape<string> = {
    holdsLast: options.holdsLast ?? false,
    push(chunk) {
      log.push(`tape ${chunk}`);
      return ++taped === options.wholeAfter;
    },
    end() {
      log.push("tape end");
      return true;
    },
    drop: (reason) => void log.push(`drop ${reason}`),
  };
  return {
    log,
    get calls() {
      return calls;
    },
    get reads() {
      return reads;
    },
    send(...more: (string | null | Error)[]) {
      chunks.push(...more);
      waiting.open();
      waiting = gate();
    },
    launch: (signal: AbortSignal): Promise<Opened<string, string>> => {
      const call = ++calls;
      signal.addEventListener("abort", () => log.push("aborted"));
      return Promise.resolve({
        head: `call ${call}`,
        tape,
        source: {
          async read() {
            reads++;
            while (chunks.length === 0) await waiting.opened;
            const chunk = chunks.shift()!;
            if (chunk instanceof Error) throw chunk;
            return chunk;
          },
          cancel: () => void log.push("cancel"),
        },
      });
    },
  };
}

async function readAll(reader: Reader<string>): Promise<string> {
  let text = "";
  for (let chunk = await reader.next(); chunk !== null; chunk = await reader.next()) text += chunk;
  reader.leave();
  return text;
}

const size = (chunk: string) => chunk.length;

test("flight: 1 000 at once make one call and all read the same", async () => {
  const flights = createFlights<string, string>(size);
  const source = upstream();
  source.send("a", "b", "c", null);
  const all = Array.from({ length: 1000 }, async () => {
    const { reader } = await flights.board("k", source.launch, { maxBytes: 100 });
    return readAll(reader);
  });
  assert.deepEqual(new Set(await Promise.all(all)), new Set(["abc"]));
  assert.equal(source.calls, 1);
  source.send("d", null);
  const { reader, joined } = await flights.board("k", source.launch, { maxBytes: 100 });
  assert.equal(joined, false, "a flight that has landed takes nobody aboard");
  assert.equal(await readAll(reader), "d");
});

test("flight: nobody's demand, no pull", async () => {
  const flights = createFlights<string, string>(size);
  const source = upstream();
  source.send("a", "b", null);
  const { reader } = await flights.board("k", source.launch, { maxBytes: 100 });
  await settle();
  assert.equal(source.reads, 0);
  assert.equal(await reader.next(), "a");
  await settle();
  assert.equal(source.reads, 1);
});

test("flight: a paused leader does not starve those who joined", async () => {
  const flights = createFlights<string, string>(size);
  const source = upstream();
  const leader = await flights.board("k", source.launch, { maxBytes: 100 });
  source.send("a");
  const joiner = await flights.board("k", source.launch, { maxBytes: 100 });
  source.send("b", null);
  assert.equal(await readAll(joiner.reader), "ab");
  assert.deepEqual([leader.joined, joiner.joined], [false, true]);
  assert.equal(await readAll(leader.reader), "ab");
  assert.equal(source.calls, 1);
});

test("flight: the leader aborts before the answer, the others get it", async () => {
  const flights = createFlights<string, string>(size);
  const source = upstream();
  const head = gate();
  const launch = async (signal: AbortSignal) => {
    const opened = await source.launch(signal);
    await head.opened;
    return opened;
  };
  const abort = new AbortController();
  const leader = flights.board("k", launch, { signal: abort.signal, maxBytes: 100 });
  const joiner = flights.board("k", launch, { maxBytes: 100 });
  abort.abort(new Error("enough"));
  await assert.rejects(leader, /enough/);
  head.open();
  source.send("a", null);
  assert.equal(await readAll((await joiner).reader), "a");
  assert.equal(source.calls, 1);
  assert.ok(!source.log.includes("aborted"));
});

test("flight: upstream is aborted when the last reader has gone, and nothing is recorded", async () => {
  const flights = createFlights<string, string>(size);
  const source = upstream();
  source.send("a", "b");
  const one = await flights.board("k", source.launch, { maxBytes: 100 });
  const two = await flights.board("k", source.launch, { maxBytes: 100 });
  await one.reader.next();
  one.reader.leave();
  assert.ok(!source.log.includes("aborted"));
  two.reader.leave();
  assert.deepEqual(source.log, ["tape a", "drop cancelled", "aborted", "cancel"]);
  const next = await flights.board("k", source.launch, { maxBytes: 100 });
  assert.equal(next.joined, false);
});

test("flight: a call that cannot be opened fails its leader, and one who joined leads the next", async () => {
  const flights = createFlights<string, string>(size);
  const source = upstream();
  source.send("a", null);
  let calls = 0;
  const launch = (signal: AbortSignal) =>
    ++calls === 1 ? Promise.reject(new Error("no network")) : source.launch(signal);
  const all = Array.from({ length: 5 }, async () => {
    const { reader } = await flights.board("k", launch, { maxBytes: 100 });
    return readAll(reader);
  });
  const [first, ...others] = await Promise.allSettled(all);
  assert.equal(first!.status, "rejected");
  assert.deepEqual(others.map((other) => other.status === "fulfilled" && other.value), [
    "a",
    "a",
    "a",
    "a",
  ]);
  assert.equal(calls, 2);
});

test("flight: after the first byte a failure is everybody's", async () => {
  const flights = createFlights<string, string>(size);
  const source = upstream();
  source.send("a");
  const one = await flights.board("k", source.launch, { maxBytes: 100 });
  const two = await flights.board("k", source.launch, { maxBytes: 100 });
  assert.equal(await one.reader.next(), "a");
  source.send(new Error("cut"));
  await assert.rejects(one.reader.next(), /cut/);
  assert.equal(await two.reader.next(), "a");
  await assert.rejects(two.reader.next(), /cut/);
  assert.deepEqual(source.log, ["tape a", "drop failed"]);
});

test("flight: who joins a call that dies before its first byte starts another", async () => {
  const flights = createFlights<string, string>(size);
  const source = upstream();
  await flights.board("k", source.launch, { maxBytes: 100 }); // Never reads.
  const joiner = flights.board("k", source.launch, { maxBytes: 100 });
  await settle();
  source.send(new Error("the connection was closed long ago"), "a", null);
  const { reader, joined } = await joiner;
  assert.equal(joined, false);
  assert.equal(await readAll(reader), "a");
  assert.equal(source.calls, 2);
});

test("flight: whoever comes at the last chunk gets all of them", async () => {
  const flights = createFlights<string, string>(size);
  const source = upstream();
  source.send("a", "b");
  const leader = await flights.board("k", source.launch, { maxBytes: 100 });
  await leader.reader.next();
  await leader.reader.next();
  const late = await flights.board("k", source.launch, { maxBytes: 100 });
  source.send(null);
  assert.equal(await readAll(late.reader), "ab");
  assert.equal(source.calls, 1);
});

test("flight: the recording has a chunk before any reader, and the end too", async () => {
  const flights = createFlights<string, string>(size);
  const source = upstream({ holdsLast: true });
  source.send("a", "b", null);
  const { reader } = await flights.board("k", source.launch, { maxBytes: 100 });
  assert.equal(await reader.next(), "a");
  assert.deepEqual(source.log, ["tape a", "tape b"]);
  assert.equal(await reader.next(), "b");
  assert.deepEqual(source.log, ["tape a", "tape b", "tape end"]);
  assert.equal(await reader.next(), null);
});

test("flight: over the limit nothing is kept but what the slowest reader needs", async () => {
  const flights = createFlights<string, string>(size);
  const source = upstream();
  source.send("aaaa", "bbbb", "cccc", "dddd", "eeee", "ffff", null);
  const fast = await flights.board("k", source.launch, { maxBytes: 10 });
  const slow = await flights.board("k", source.launch, { maxBytes: 10 });
  for (const chunk of ["aaaa", "bbbb", "cccc"]) assert.equal(await fast.reader.next(), chunk);
  assert.ok(source.log.includes("drop too-large"));
  const late = flights.board(
    "k",
    () => Promise.reject(new Error("a call of its own")),
    { maxBytes: 10 },
  );
  await assert.rejects(late, /a call of its own/);

  const waiting = fast.reader.next();
  await settle();
  assert.equal(source.reads, 3, "the fast reader waits for the slow one");
  assert.equal(await slow.reader.next(), "aaaa");
  assert.equal(await waiting, "dddd");
  slow.reader.leave();
  assert.equal(await readAll(fast.reader), "eeeeffff");
});
