/**
 * The command line: `npx @x/llmcache`, `bunx @x/llmcache`, `deno run -A jsr:@x/llmcache/cli`.
 *
 * It lists, shows, explains, counts, removes, checks, packs and unpacks what the cache keeps. `--help`
 * tells how.
 *
 * @module
 */

import { main } from "./main.ts";
import { runProcess } from "./process.ts";
import type { ExitCode } from "./errors.ts";
import type { Output, Terminal } from "./terminal.ts";

export { type ExitCode, main, type Output, type Terminal };

// Deno, Bun and newer Nodes tell whether this is what was started; npm starts `bin.ts`.
if ((import.meta as { main?: boolean }).main) await runProcess();
