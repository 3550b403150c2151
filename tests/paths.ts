/** Places in a request body, and what a body means by them: another way to it than the key's. */

export type Json = null | boolean | number | string | Json[] | { [member: string]: Json };
export type Path = readonly (string | number)[];

/**
 * The places an API names, such as `messages.*.content.*@text|image.source`: `*` stands for an index,
 * and behind `@` are the values of `type` that the object there must have, none of them for an
 * object without one.
 */
export interface Places {
  /** The objects the API defines. */
  readonly defined: readonly string[];
  /** What is no part of the identity, and everything below it. */
  readonly leftOut: readonly string[];
  /** What carries credentials. */
  readonly secret: readonly string[];
  /** The ids of tool calls: at the call, and at its result. */
  readonly calls: readonly string[];
  readonly results: readonly string[];
  /** Members of the body that count as missing when nothing but left-out members is in them. */
  readonly optional?: readonly string[];
  /** Members of the body that count as missing where they are `null` or this. */
  readonly defaults?: Readonly<Record<string, Json>>;
}

type Mark = "defined" | "leftOut" | "secret" | "calls" | "results";

/** A value in a body, with what its place makes of it. */
export interface Spot {
  readonly path: Path;
  readonly value: Json;
  readonly isDefined: boolean;
  /** It, or what it lies in, is no part of the identity. */
  readonly isLeftOut: boolean;
  readonly isCall: boolean;
  /** The id of a call, at the call or at its result. */
  readonly isId: boolean;
}

/** One part of the listed places, as far as they begin alike. */
interface Step {
  readonly marks: Set<Mark>;
  /** Of each part the step it leads to; and by the name of the member, for speed. */
  readonly next: Map<string, Step>;
  readonly byName: Map<string, { readonly types: string | undefined; readonly to: Step }[]>;
}

const step = (): Step => ({ marks: new Set(), next: new Map(), byName: new Map() });

/** Where a part leads to. */
function stepOf(from: Step, part: string): Step {
  const known = from.next.get(part);
  if (known) return known;
  const to = step();
  from.next.set(part, to);
  const [name, types] = part.split("@") as [string, string?];
  from.byName.set(name, [...from.byName.get(name) ?? [], { types, to }]);
  return to;
}

/** Makes one tree of all places. */
function treeOf(places: Places): Step {
  const root = step();
  for (const mark of ["defined", "leftOut", "secret", "calls", "results"] as const) {
    for (const place of places[mark]) {
      let at = root;
      for (const part of place === "" ? [] : place.split(".")) {
        at = stepOf(at, part);
      }
      at.marks.add(mark);
    }
  }
  return root;
}

/** Where the tree leads from some places by a name to a value. */
function follow(steps: readonly Step[], name: string, value: Json): Step[] {
  const type = typeOf(value);
  return steps.flatMap(({ byName }) =>
    (byName.get(name) ?? []).filter(({ types }) =>
      types === undefined || types.split("|").includes(type ?? "\0")
    ).map(({ to }) => to)
  );
}

/** The kind of an object, `""` where it does not say one. */
function typeOf(value: Json): string | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  const type = Object.hasOwn(value, "type") ? value.type : "";
  return typeof type === "string" ? type : undefined;
}

/** How a body is read by the places an API names. */
export interface Reading {
  /** Every value in a body, from the outside to the inside. */
  spots(body: Json): Spot[];
  /** Two bodies are the same request if these are deeply equal, whatever the order of members. */
  meaning(body: Json): unknown;
}

/** Reads bodies by a list of places. */
export function readingOf(places: Places): Reading {
  const root = treeOf(places);

  function* walk(
    value: Json,
    path: Path,
    steps: readonly Step[],
    below: boolean,
  ): Generator<Spot & { readonly steps: readonly Step[] }> {
    const is = (mark: Mark) => steps.some(({ marks }) => marks.has(mark));
    const isLeftOut = below || is("leftOut") || is("secret");
    const isCall = is("calls");
    const isId = isCall || is("results");
    yield { path, value, isDefined: is("defined"), isLeftOut, isCall, isId, steps };
    if (typeof value !== "object" || value === null) return;
    for (const [name, member] of Object.entries(value)) {
      const index = Array.isArray(value) ? Number(name) : name;
      const part = Array.isArray(value) ? "*" : name;
      yield* walk(member, [...path, index], follow(steps, part, member), isLeftOut);
    }
  }

  const spots = (body: Json): Spot[] => [...walk(body, [], [root], false)];
  return { spots, meaning: (body) => meaningOf(body, spots(body), places) };
}

function meaningOf(body: Json, spots: readonly Spot[], places: Places): unknown {
  const found = new Map(spots.map((spot) => [JSON.stringify(spot.path), spot]));
  const calls = spots.filter(({ isCall, value }) => isCall && typeof value === "string");
  const distinct = [...new Set(calls.map(({ value }) => value))];

  function mean(value: Json, path: Path): unknown {
    const { isId, isDefined } = found.get(JSON.stringify(path))!;
    if (isId) {
      const ordinal = typeof value === "string" ? distinct.indexOf(value) : -1;
      return ordinal < 0 ? { verbatim: JSON.stringify(value) } : { ordinal };
    }
    if (Array.isArray(value)) return value.map((item, index) => mean(item, [...path, index]));
    if (typeof value !== "object" || value === null) return { leaf: JSON.stringify(value) };
    const own = new Map(
      Object.keys(value).filter((name) => !found.get(JSON.stringify([...path, name]))!.isLeftOut)
        .map((name) => [name, mean(value[name]!, [...path, name])]),
    );
    return isDefined ? own : { ordered: [...own] };
  }

  const means = mean(body, []) as Map<string, unknown>;
  for (const name of places.optional ?? []) {
    const member = means.get(name);
    if (member instanceof Map && member.size === 0) means.delete(name);
  }
  for (const [name, value] of Object.entries(places.defaults ?? {})) {
    const own = (body as Record<string, Json>)[name];
    if (own === null || own === value) means.delete(name);
  }
  return means;
}

/** A copy with the value at a place replaced, or taken out where `change` gives `undefined`. */
export function changed(value: Json, path: Path, change: (value: Json) => Json | undefined): Json {
  const [first, ...rest] = path;
  if (first === undefined) return change(value) ?? null;
  const entries = Object.entries(value as Record<string, Json>).flatMap(([name, member]) => {
    if (name !== String(first)) return [[name, member] as const];
    if (rest.length > 0) return [[name, changed(member, rest, change)] as const];
    const changedMember = change(member);
    return changedMember === undefined ? [] : [[name, changedMember] as const];
  });
  return Array.isArray(value) ? entries.map(([, item]) => item) : Object.fromEntries(entries);
}
