/**
 * Where a request goes: for the key, and as far as it may be shown.
 *
 * @module
 */

import type { Hash } from "../host.ts";

/** Where a request goes, as it counts in the key. */
export interface TargetKey {
  /** The origin, or its alias. */
  readonly origin: string;
  /** The path. */
  readonly path: string;
  /** For each parameter its name and value; a value that may not be shown is there as its hash. */
  readonly query?: readonly (readonly string[])[];
}

/** A URL, read. */
export interface Target {
  readonly path: string;
  readonly query: URLSearchParams;
  readonly target: TargetKey;
  /** The URL without user information, fragment, and the query values that may be secret. */
  readonly shown: string;
}

const HIDDEN = "sha256:";
const SHOWN = ["api-version", "alt", "beta"];
const CREDENTIALS = ["key", "api_key", "access_token", "token", "sig", "signature"];

/**
 * Reads a URL.
 *
 * @param url an absolute URL.
 * @param aliases other names for origins, from {@linkcode readAliases}.
 */
export function readTarget(url: string, aliases: ReadonlyMap<string, string>, hash: Hash): Target {
  const { pathname: path, search, searchParams } = new URL(url);
  const origin = originOf(url);
  const query = countedQuery(search, hash);
  return {
    path,
    query: searchParams,
    target: { origin: aliases.get(origin) ?? origin, path, ...(query.length > 0 && { query }) },
    shown: origin + path + shownQuery(search),
  };
}

/** A URL that stands in a body, as it counts in the key. */
export function countedUrl(url: string, hash: Hash): string {
  const [, place, search = "", fragment = ""] = splitUrl(url);
  const query = countedQuery(search, hash).map((parameter) => parameter.join("="));
  return place + (query.length > 0 ? `?${query.join("&")}` : "") +
    (fragment && `#${HIDDEN}${hash(fragment)}`);
}

/** A URL that stands in a body, as it may be stored. */
export function shownUrl(url: string): string {
  const [, place, search = "", fragment = ""] = splitUrl(url);
  return place + shownQuery(search) + (fragment && "#[redacted]");
}

/** What comes before the query, without user information, query and fragment. It may be no URL at all. */
function splitUrl(url: string): RegExpExecArray {
  return /^([^?#]*)(\?[^#]*)?(#.*)?/s.exec(url.replace(/^([a-z][a-z\d+.-]*:\/\/)[^/?#]*@/i, "$1"))!;
}

function countedQuery(search: string, hash: Hash): string[][] {
  return parametersOf(search).filter((text) => !CREDENTIALS.includes(nameOf(text)))
    .map((text) => withValue(text, (value) => HIDDEN + hash(value)));
}

function shownQuery(search: string): string {
  const shown = parametersOf(search).map((text) => withValue(text, () => "[redacted]").join("="));
  return shown.length > 0 ? `?${shown.join("&")}` : "";
}

function parametersOf(search: string): string[] {
  return search.slice(1).split("&").filter((text) => text !== "");
}

/** A target as it may be stored: not even the hash of a value that may be secret. */
export function shownTarget(target: string | TargetKey): string | TargetKey {
  if (typeof target === "string" || !target.query) return target;
  const query = target.query.map((parameter) =>
    parameter.map((text, at) =>
      at === parameter.length - 1 ? text.replace(SECRET, "[redacted]") : text
    )
  );
  return { ...target, query };
}

const SECRET = new RegExp(`^${HIDDEN}[0-9a-f]{64}$`);

/** Of a URL that was not looked into only origin and path are told. */
export function shownOf(url: string): string {
  if (!URL.canParse(url)) return "";
  const { protocol, origin, pathname } = new URL(url);
  return origin === "null" ? protocol : origin + pathname;
}

/**
 * Checks the option `aliases`.
 *
 * @throws {TypeError} where a member is not named for an origin, or its alias is no text.
 */
export function readAliases(aliases: Readonly<Record<string, string>>): Map<string, string> {
  const checked = new Map<string, string>();
  for (const [name, alias] of Object.entries(aliases)) {
    const shown = JSON.stringify(name.replace(/\/\/[^/]*@/, "//").replace(/[?#].*/s, ""));
    if (!isOrigin(name)) {
      throw new TypeError(
        `llmcache: the option \`aliases\` has a member ${shown}; its members must be named for ` +
          'origins, such as "http://10.0.0.5:8000", without a path.',
      );
    }
    if (typeof alias !== "string" || alias === "") {
      throw new TypeError(
        `llmcache: the option \`aliases\` must give ${shown} a name, a text that is not empty.`,
      );
    }
    checked.set(originOf(name), alias);
  }
  return checked;
}

function isOrigin(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { host, username, password, pathname, search, hash } = new URL(text);
  return host !== "" && username + password + search + hash === "" && /^\/?$/.test(pathname);
}

/** `URL#origin` is "null" for every scheme that is not the web's. */
function originOf(url: string): string {
  const { protocol, host } = new URL(url);
  return `${protocol}//${host}`;
}

/** A parameter as name and value, the value hidden unless it may be shown. */
function withValue(text: string, hide: (value: string) => string): string[] {
  const at = text.indexOf("=");
  const isShown = SHOWN.includes(nameOf(text));
  // What stands alone may be a credential, so it is a value.
  if (at < 0) return [isShown ? text : hide(text)];
  const value = text.slice(at + 1);
  return [text.slice(0, at), isShown || value === "" ? value : hide(value)];
}

/** The name as a server reads it. */
function nameOf(text: string): string {
  return new URLSearchParams(text).keys().next().value ?? "";
}
