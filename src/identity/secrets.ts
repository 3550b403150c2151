/**
 * Credentials in a request body: found by the shape of the API, never stored.
 *
 * @module
 */

import { isShaped, memberShape, shapeOf } from "./canonical.ts";
import type { JsonObject, Shape } from "../dialect.ts";
import { shownUrl } from "./target.ts";

/**
 * The body as it may be stored.
 *
 * @param shape names the members that carry credentials.
 * @param text the body as it was sent.
 * @param body `JSON.parse(text)`.
 * @returns `text` itself where no such member is in it; else the same JSON with `"[redacted]"` in
 *   their places.
 */
export function redacted(shape: Shape, text: string, body: JsonObject): string {
  return holdsSecret(body, shape) ? write(body, shape) : text;
}

/**
 * Whether a text that parsing does not keep unchanged may hold a credential. Parsing hides the first
 * of two members of one name, so the text is searched for all names on the way to a credential.
 */
export function mayHoldSecret(shape: Shape, text: string): boolean {
  const paths = secretPaths(shape);
  if (paths.length === 0) return false;
  const plain = text.replace(
    /\\u([0-9a-f]{4})/gi,
    (_, digits) => String.fromCharCode(parseInt(digits, 16)),
  );
  return paths.some((names) => names.every((name) => new RegExp(`"${name}"\\s*:`).test(plain)));
}

function holdsSecret(value: unknown, shape: Shape): boolean {
  if (shape.url) return typeof value === "string" && shownUrl(value) !== value;
  if (!isShaped(value, shape) || secretPaths(shape).length === 0) return false;
  if (Array.isArray(value)) return value.some((item) => holdsSecret(item, shape.items!));
  const object = shapeOf(value, shape);
  return Object.keys(value).some((name) => {
    const own = memberShape(object, name);
    return object.secret?.includes(name) || (own !== undefined && holdsSecret(value[name], own));
  });
}

function write(value: unknown, shape: Shape): string {
  if (!holdsSecret(value, shape)) return JSON.stringify(value);
  if (shape.url) return JSON.stringify(shownUrl(value as string));
  if (Array.isArray(value)) {
    return `[${value.map((item) => write(item, shape.items!)).join()}]`;
  }
  const object = value as JsonObject;
  const { secret, ...rest } = shapeOf(object, shape);
  const members = Object.keys(object).map((name) => {
    const own = memberShape(rest, name);
    const text = secret?.includes(name)
      ? `"[redacted]"`
      : own
      ? write(object[name], own)
      : JSON.stringify(object[name]);
    return `${JSON.stringify(name)}:${text}`;
  });
  return `{${members.join()}}`;
}

const known = new WeakMap<Shape, readonly (readonly string[])[]>();

/** For each credential the names of the members that lead to it, its own last. */
function secretPaths(shape: Shape): readonly (readonly string[])[] {
  let paths = known.get(shape);
  if (!paths) {
    const own = shape.url ? [[]] : (shape.secret ?? []).map((name) => [name]);
    const deeper = Object.entries(shape.members ?? {}).flatMap(([name, member]) =>
      secretPaths(member).map((path) => [name, ...path])
    );
    const others = [...(shape.items ? [shape.items] : []), ...Object.values(shape.variants ?? {})];
    paths = [...own, ...deeper, ...others.flatMap(secretPaths)];
    known.set(shape, paths);
  }
  return paths;
}
