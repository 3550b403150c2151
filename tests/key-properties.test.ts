/** Properties of the key, with random bodies: at least 1 000 cases each. */

import assert from "node:assert/strict";
import process from "node:process";
import { test } from "node:test";
import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { bodies, values } from "./bodies.ts";
import { keyOf } from "./identities.ts";
import {
  changed,
  isCall,
  isDefined,
  isId,
  isLeftOut,
  type Json,
  LEFT_OUT,
  meaning,
  type Path,
  walk,
} from "./paths.ts";

const runs = Number(process.env.LLMCACHE_CASES ?? 1000);
const seed = Number(process.env.LLMCACHE_SEED ?? crypto.getRandomValues(new Int32Array(1))[0]);

/** Numbers from a seed: cheaper to draw than from fast-check. */
function diceOf(start: number): (sides: number) => number {
  let state = start >>> 0;
  return (sides) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * sides);
  };
}

/** A property that must have met enough cases it says something about. */
function holds(what: string, run: (body: Json, roll: (sides: number) => number) => boolean): void {
  let told = 0;
  fc.assert(
    fc.property(bodies, fc.nat(), (body, start) => {
      const tells = run(body, diceOf(start));
      if (tells) told++;
      fc.pre(tells);
    }),
    { seed, numRuns: runs, maxSkipsPerRun: 100, endOnFailure: true },
  );
  console.log(`${what}: ${told} cases, seed ${seed}`);
}

/** The same members in another order; names that are integers cannot move. */
function shuffled(value: Json, roll: (sides: number) => number): Json {
  const entries = Object.entries(value as Record<string, Json>);
  for (let index = entries.length - 1; index > 0; index--) {
    const other = roll(index + 1);
    [entries[index], entries[other]] = [entries[other]!, entries[index]!];
  }
  return Object.fromEntries(entries);
}

/** Changes every object the API defines. */
function everyDefined(value: Json, path: Path, change: (value: Json) => Json): Json {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) {
    return value.map((item, index) => everyDefined(item, [...path, index], change));
  }
  const members = Object.entries(value).map(([name, member]) => {
    return [name, everyDefined(member, [...path, name], change)];
  });
  const inside = Object.fromEntries(members);
  return isDefined(path) ? change(inside) : inside;
}

const isObject = (value: Json) =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const pick = <T>(items: readonly T[], roll: (sides: number) => number): T | undefined =>
  items[roll(items.length || 1)];

/** Another value than the one there. */
function otherThan(value: Json, roll: (sides: number) => number): Json {
  if (typeof value === "string") return [`${value} `, [value], value + "\u0301", null][roll(4)]!;
  if (typeof value === "number") return [value + 1e300, String(value), [value]][roll(3)]!;
  if (typeof value === "boolean") return [!value, String(value)][roll(2)]!;
  if (value === null) return ["null", 0, {}, ""][roll(4)]!;
  return [null, [value], "{}"][roll(3)]!;
}

test("key: the order of members of API-defined objects never counts", () => {
  holds("order of API-defined members", (body, roll) => {
    const other = everyDefined(body, [], (value) => shuffled(value, roll));
    if (JSON.stringify(other) === JSON.stringify(body)) return false;
    assert.equal(keyOf(other), keyOf(body));
    return true;
  });
});

test("key: every leaf that is no left-out field, credential or id counts", () => {
  holds("a leaf changed", (body, roll) => {
    const leaves = [...walk(body)].filter(({ path, value }) =>
      path.length > 0 && !isLeftOut(path) && !isId(path) && path[0] !== "stream_options" &&
      Object.keys(Object(value)).length === 0
    );
    const leaf = pick(leaves, roll);
    if (!leaf) return false;
    const other = changed(body, leaf.path, (value) => otherThan(value, roll));
    assert.notEqual(keyOf(other), keyOf(body), `${leaf.path}`);
    return true;
  });
});

test("key: a member more or less counts, at any place", () => {
  holds("a member added or removed", (body, roll) => {
    const places = [...walk(body)].filter(({ path, value }) =>
      !isLeftOut(path) && !isId(path) && isObject(value)
    );
    const place = pick(places, roll)!;
    const names = Object.keys(place.value as object).filter((name) => {
      const path = [...place.path, name];
      return !isLeftOut(path) && !isId(path) && !isCall(path.slice(0, -1)) &&
        path[0] !== "stream_options" && ![...walk(body)].some((inner) =>
          isCall(inner.path) && path.every((part, index) =>
            inner.path[index] === part
          )
        );
    });
    const name = pick(names, roll);
    const added = changed(body, [...place.path], (value) => ({ ...value as object, extra: null }));
    assert.notEqual(keyOf(added), keyOf(body));
    if (name !== undefined) {
      const less = changed(body, [...place.path, name], () => undefined);
      assert.notEqual(keyOf(less), keyOf(body), `${place.path} ${name}`);
    }
    return true;
  });
});

test("key: the order of every array counts", () => {
  holds("an array reordered", (body, roll) => {
    const turned = (value: Json) => JSON.stringify([...value as Json[]].reverse());
    const places = [...walk(body)].filter(({ path, value }) =>
      Array.isArray(value) && !isLeftOut(path) && !isId(path) &&
      turned(value) !== JSON.stringify(value)
    );
    const place = pick(places, roll);
    if (!place) return false;
    const other = changed(body, place.path, (value) => [...value as Json[]].reverse());
    // Calls that differ in nothing but their ids may change places.
    if (isDeepStrictEqual(meaning(other), meaning(body))) return false;
    assert.notEqual(keyOf(other), keyOf(body), `${place.path}`);
    return true;
  });
});

test("key: the order in every object that the API does not define counts", () => {
  holds("order of other members", (body, roll) => {
    const isOther = ({ path, value }: { path: Path; value: Json }) =>
      isObject(value) && !isDefined(path) && !isLeftOut(path) && !isId(path) &&
      path[0] !== "data_sources" && path[0] !== "dataSources" && path.at(-1) !== "mcp";
    const place = pick([...walk(body)].filter(isOther), roll);
    const other = place && changed(body, place.path, (value) => shuffled(value, roll));
    if (!other || JSON.stringify(other) === JSON.stringify(body)) return false;
    assert.notEqual(keyOf(other), keyOf(body), `${place.path}`);
    return true;
  });
});

test("key: the left-out fields never count, whatever they hold", () => {
  fc.assert(
    fc.property(bodies, fc.constantFrom(...LEFT_OUT), values, (body, field, value) => {
      const [name, inner] = field.split(".") as [string, string?];
      const before = body[name];
      const other: Json = inner === undefined
        ? { ...body, [name]: value }
        : { ...body, [name]: { ...(isObject(before!) ? before as object : {}), [inner]: value } };
      if (inner !== undefined && before !== undefined && !isObject(before)) return;
      assert.equal(keyOf(other), keyOf(body));
    }),
    { seed, numRuns: runs },
  );
  console.log(`a left-out field set: ${runs} cases, seed ${seed}`);
});

test("key: an id renamed everywhere keeps the key; a result of another call changes it", () => {
  const calls = fc.uniqueArray(fc.string(), { minLength: 2, maxLength: 5 });
  const conversation = (ids: readonly string[], results: readonly string[]): Json => ({
    model: "m",
    messages: [
      { role: "user", content: "q" },
      {
        role: "assistant",
        tool_calls: ids.map((id) => ({ id, type: "function", function: { name: "f" } })),
      },
      ...results.map((id) => ({ role: "tool", tool_call_id: id, content: "r" })),
    ],
  });
  fc.assert(
    fc.property(
      calls,
      calls,
      fc.array(fc.nat(4), { minLength: 1, maxLength: 6 }),
      (a, b, picks) => {
        const size = Math.min(a.length, b.length);
        const [from, to] = [a.slice(0, size), b.slice(0, size)];
        const results = (ids: readonly string[]) => picks.map((pick) => ids[pick % size]!);
        const key = keyOf(conversation(from, results(from)));
        assert.equal(keyOf(conversation(to, results(to))), key);
        const [first, ...rest] = picks;
        const repointed = [from[(first! + 1) % size]!, ...rest.map((pick) => from[pick % size]!)];
        if ((first! + 1) % size !== first! % size) {
          assert.notEqual(keyOf(conversation(from, repointed)), key);
        }
        // A call that is not there: the id stands as it is.
        const lost = "\u0000lost";
        const gone = keyOf(conversation(from, [lost, ...results(from).slice(1)]));
        assert.notEqual(gone, key);
        assert.notEqual(keyOf(conversation(from, [`${lost}2`, ...results(from).slice(1)])), gone);
      },
    ),
    { seed, numRuns: runs },
  );
  console.log(`ids renamed and repointed: ${runs} cases, seed ${seed}`);
});

test("key: two bodies share it if and only if they mean the same", () => {
  holds("one random change, judged by another normal form", (body, roll) => {
    const place = pick([...walk(body)].filter(({ path }) => path.length > 0), roll)!;
    const other = changed(body, place.path, (value) => {
      const turn = roll(6);
      if (turn === 0) return undefined;
      if (turn === 1) return otherThan(value, roll);
      if (Array.isArray(value)) return turn < 4 ? [...value].reverse() : value.slice(1);
      if (isObject(value)) return turn < 5 ? shuffled(value, roll) : { ...value as object, x: 1 };
      return typeof value === "string" ? ["call_a", "call_b", "0", value][roll(4)] : [value];
    });
    const same = isDeepStrictEqual(meaning(other), meaning(body));
    assert.equal(keyOf(other) === keyOf(body), same, `${place.path}`);
    return true;
  });
});
