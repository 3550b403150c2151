/** Properties of the key of one format, with random bodies: at least 1 000 cases each. */

import assert from "node:assert/strict";
import process from "node:process";
import { test } from "node:test";
import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { values } from "./bodies.ts";
import { changed, type Json, type Path, type Places, readingOf, type Spot } from "./paths.ts";

const runs = Number(process.env.LLMCACHE_CASES ?? 1000);
const seed = Number(process.env.LLMCACHE_SEED ?? crypto.getRandomValues(new Int32Array(1))[0]);

type Body = { [member: string]: Json };
type Roll = (sides: number) => number;

/** One format, as far as the properties need it. */
export interface Lawful {
  readonly name: string;
  /** The most cases of each; default all that are asked for. */
  readonly cases?: number;
  readonly bodies: fc.Arbitrary<Body>;
  readonly places: Places;
  keyOf(body: Json): string;
  /** A conversation with a call of each id, and then a result for each, where there are calls. */
  conversation?(calls: readonly string[], results: readonly string[]): object;
}

/** Numbers from a seed: cheaper to draw than from fast-check. */
function diceOf(start: number): Roll {
  let state = start >>> 0;
  return (sides) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * sides);
  };
}

/** The same members in another order; names that are integers cannot move. */
function shuffled(value: Json, roll: Roll): Json {
  const entries = Object.entries(value as Record<string, Json>);
  for (let index = entries.length - 1; index > 0; index--) {
    const other = roll(index + 1);
    [entries[index], entries[other]] = [entries[other]!, entries[index]!];
  }
  return Object.fromEntries(entries);
}

const isObject = (value: Json | undefined) =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const pick = <T>(items: readonly T[], roll: Roll): T | undefined => items[roll(items.length || 1)];

const isWithin = (path: Path, outer: Path) => outer.every((part, index) => path[index] === part);

/** Another value than the one there. */
function otherThan(value: Json, roll: Roll): Json {
  if (typeof value === "string") return [`${value} `, [value], value + "\u0301", null][roll(4)]!;
  if (typeof value === "number") return [value + 1e300, String(value), [value]][roll(3)]!;
  if (typeof value === "boolean") return [!value, String(value)][roll(2)]!;
  if (value === null) return ["null", 0, {}, ""][roll(4)]!;
  return [null, [value], "{}"][roll(3)]!;
}

/** Checks all of them. */
export function keyLaws(lawful: Lawful): void {
  orderLaws(lawful);
  contentLaws(lawful);
  leftOutLaw(lawful);
  idLaw(lawful);
  meaningLaw(lawful);
}

/** A property that must have met enough cases it says something about. */
function holds(
  { name, cases = runs, bodies }: Lawful,
  what: string,
  run: (body: Body, roll: Roll) => boolean,
): void {
  test(`key of ${name}: ${what}`, () => {
    let told = 0;
    fc.assert(
      fc.property(bodies, fc.nat(), (body, start) => {
        const tells = run(body, diceOf(start));
        if (tells) told++;
        fc.pre(tells);
      }),
      { seed, numRuns: Math.min(runs, cases), maxSkipsPerRun: 100, endOnFailure: true },
    );
    console.log(`${name}, ${what}: ${told} cases, seed ${seed}`);
  });
}

function orderLaws(lawful: Lawful): void {
  const { keyOf, places } = lawful;
  const { spots, meaning } = readingOf(places);
  const counted = ({ isLeftOut, isId }: Spot) => !isLeftOut && !isId;

  holds(lawful, "the order of members of API-defined objects never counts", (body, roll) => {
    const defined = spots(body).filter(({ isDefined }) => isDefined).map(({ path }) => path);
    const other = defined.reduceRight<Json>(
      (inside, path) =>
        changed(inside, path, (value) => isObject(value) ? shuffled(value, roll) : value),
      body,
    );
    if (JSON.stringify(other) === JSON.stringify(body)) return false;
    assert.equal(keyOf(other), keyOf(body));
    return true;
  });

  holds(lawful, "the order of every array counts", (body, roll) => {
    const turned = (value: Json) => JSON.stringify([...value as Json[]].reverse());
    const arrays = spots(body).filter((spot) =>
      Array.isArray(spot.value) && counted(spot) &&
      turned(spot.value) !== JSON.stringify(spot.value)
    );
    const place = pick(arrays, roll);
    if (!place) return false;
    const other = changed(body, place.path, (value) => [...value as Json[]].reverse());
    // Calls that differ in nothing but their ids may change places.
    if (isDeepStrictEqual(meaning(other), meaning(body))) return false;
    assert.notEqual(keyOf(other), keyOf(body), `${place.path}`);
    return true;
  });

  holds(lawful, "the order in every object that the API does not define counts", (body, roll) => {
    const others = spots(body).filter((spot) =>
      isObject(spot.value) && !spot.isDefined && counted(spot)
    );
    const place = pick(others, roll);
    const other = place && changed(body, place.path, (value) => shuffled(value, roll));
    if (!other || JSON.stringify(other) === JSON.stringify(body)) return false;
    // Where credentials lie, the order of what counts may have stayed.
    if (isDeepStrictEqual(meaning(other), meaning(body))) return false;
    assert.notEqual(keyOf(other), keyOf(body), `${place.path}`);
    return true;
  });
}

function contentLaws(lawful: Lawful): void {
  const { keyOf, places } = lawful;
  const { spots } = readingOf(places);
  const sometimes = [...places.optional ?? [], ...Object.keys(places.defaults ?? {})];
  const isOptional = (path: Path) => sometimes.includes(String(path[0]));
  const counted = ({ isLeftOut, isId }: Spot) => !isLeftOut && !isId;

  holds(lawful, "every leaf that is no left-out field, credential or id counts", (body, roll) => {
    const leaves = spots(body).filter((spot) =>
      spot.path.length > 0 && counted(spot) && !isOptional(spot.path) &&
      Object.keys(Object(spot.value)).length === 0
    );
    const leaf = pick(leaves, roll);
    if (!leaf) return false;
    const other = changed(body, leaf.path, (value) => otherThan(value, roll));
    assert.notEqual(keyOf(other), keyOf(body), `${leaf.path}`);
    return true;
  });

  holds(lawful, "a member more or less counts, at any place", (body, roll) => {
    const all = spots(body);
    const calls = all.filter(({ isCall }) => isCall);
    const place = pick(all.filter((spot) => counted(spot) && isObject(spot.value)), roll)!;
    const added = changed(body, place.path, (value) => ({ ...value as object, extra: null }));
    assert.notEqual(keyOf(added), keyOf(body));
    const members = all.filter((spot) =>
      spot.path.length === place.path.length + 1 && isWithin(spot.path, place.path) &&
      counted(spot) && !isOptional(spot.path) &&
      !calls.some(({ path }) => isWithin(path, spot.path))
    );
    const member = pick(members, roll);
    if (member) {
      const less = changed(body, member.path, () => undefined);
      assert.notEqual(keyOf(less), keyOf(body), `${member.path}`);
    }
    return true;
  });
}

function leftOutLaw({ name, bodies, places, keyOf }: Lawful): void {
  if (places.leftOut.length === 0) return;
  test(`key of ${name}: the left-out fields never count, whatever they hold`, () => {
    fc.assert(
      fc.property(bodies, fc.constantFrom(...places.leftOut), values, (body, field, value) => {
        const [outer, inner] = field.split(".") as [string, string?];
        const before = body[outer];
        if (inner !== undefined && before !== undefined && !isObject(before)) return;
        const other: Json = inner === undefined
          ? { ...body, [outer]: value }
          : { ...body, [outer]: { ...(before ?? {}) as object, [inner]: value } };
        assert.equal(keyOf(other), keyOf(body));
      }),
      { seed, numRuns: runs },
    );
    console.log(`${name}, a left-out field set: ${runs} cases, seed ${seed}`);
  });
}

function idLaw({ name, keyOf, conversation: build }: Lawful): void {
  if (!build) return;
  const conversation = (...ids: Parameters<typeof build>) => build(...ids) as Body;
  test(`key of ${name}: an id renamed everywhere keeps it; a result of another call does not`, () => {
    const calls = fc.uniqueArray(fc.string(), { minLength: 2, maxLength: 5 });
    const picks = fc.array(fc.nat(4), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(calls, calls, picks, (a, b, picks) => {
        const size = Math.min(a.length, b.length);
        const [from, to] = [a.slice(0, size), b.slice(0, size)];
        const results = (ids: readonly string[]) => picks.map((pick) => ids[pick % size]!);
        const key = keyOf(conversation(from, results(from)));
        assert.equal(keyOf(conversation(to, results(to))), key);
        const [first, ...rest] = picks;
        const repointed = [from[(first! + 1) % size]!, ...rest.map((pick) => from[pick % size]!)];
        assert.notEqual(keyOf(conversation(from, repointed)), key);
        // A call that is not there: the id stands as it is.
        const lost = "\u0000lost";
        const gone = keyOf(conversation(from, [lost, ...results(from).slice(1)]));
        assert.notEqual(gone, key);
        assert.notEqual(keyOf(conversation(from, [`${lost}2`, ...results(from).slice(1)])), gone);
      }),
      { seed, numRuns: runs },
    );
    console.log(`${name}, ids renamed and repointed: ${runs} cases, seed ${seed}`);
  });
}

function meaningLaw(lawful: Lawful): void {
  const { spots, meaning } = readingOf(lawful.places);
  holds(lawful, "two bodies share it if and only if they mean the same", (body, roll) => {
    const place = pick(spots(body).filter(({ path }) => path.length > 0), roll)!;
    const other = changed(body, place.path, (value) => {
      const turn = roll(6);
      if (turn === 0) return undefined;
      if (turn === 1) return otherThan(value, roll);
      if (Array.isArray(value)) return turn < 4 ? [...value].reverse() : value.slice(1);
      if (isObject(value)) return turn < 5 ? shuffled(value, roll) : { ...value as object, x: 1 };
      return typeof value === "string" ? ["call_a", "call_b", "0", value][roll(4)]! : [value];
    });
    const same = isDeepStrictEqual(meaning(other), meaning(body));
    assert.equal(lawful.keyOf(other) === lawful.keyOf(body), same, `${place.path}`);
    return true;
  });
}
