/**
 * The Cache Directory Tagging Specification (https://bford.info/cachedir/): backup tools leave out a
 * directory that has such a file.
 *
 * @module
 */

/** What the file `CACHEDIR.TAG` holds. */
export const CACHEDIR_TAG: string = "Signature: 8a477f597d28d172789f06886806bc55\n" +
  "# This directory holds answers kept by llmcache. It can be deleted at any time.\n";
