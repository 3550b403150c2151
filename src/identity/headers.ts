/**
 * The request headers that are identity: few, by name. All others vary from call to call, or may be
 * credentials.
 *
 * @module
 */

const COUNTED = ["anthropic-version", "anthropic-beta", "openai-beta"];

/** Names of headers that carry credentials, of the providers and of gateways. */
const CREDENTIAL =
  /authorization|cookie|api-?key|subscription-key|secret|password|credential|signature|token$|auth$|^(x-)?auth/;

/** RFC 9110, section 5.6.2. */
const NAME = /^[!#$%&'*+.^_`|~0-9a-z-]+$/;

/**
 * The request headers that count, under their names in lower case.
 *
 * @param headers the headers of the request.
 * @param more the user's own list, from {@linkcode readHeaderNames}.
 */
export function countedHeaders(
  headers: Headers,
  more: readonly string[],
): Record<string, string> {
  const counted: Record<string, string> = {};
  for (const name of [...COUNTED, ...more]) {
    const value = headers.get(name);
    if (value !== null) counted[name] = name === "anthropic-beta" ? asSet(value) : value;
  }
  return counted;
}

/** Whether two requests have the same headers that count. */
export function areSame(
  a: Readonly<Record<string, string>>,
  b: Readonly<Record<string, string>>,
): boolean {
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => a[name] === b[name]);
}

/**
 * Checks the option `headers`.
 *
 * @returns the names in lower case, sorted: the order they are listed in means nothing.
 * @throws {TypeError} where one is no name of a header, or that of a credential.
 */
export function readHeaderNames(names: readonly string[]): string[] {
  const lower = names.map((name) => name.toLowerCase());
  for (const name of lower) {
    const shown = JSON.stringify(name);
    if (!NAME.test(name)) {
      throw new TypeError(`llmcache: the option \`headers\` lists ${shown}, no name of a header.`);
    }
    if (CREDENTIAL.test(name)) {
      throw new TypeError(
        `llmcache: the option \`headers\` lists ${shown}, which carries a credential. What is listed ` +
          "counts in the key and is stored with the request, and no credential ever is. To keep " +
          "accounts apart, give each a `namespace`.",
      );
    }
  }
  return [...new Set(lower)].sort();
}

function asSet(list: string): string {
  const names = list.split(",").map((name) => name.trim()).filter((name) => name !== "");
  return [...new Set(names)].sort().join();
}
