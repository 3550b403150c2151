#!/usr/bin/env node
/**
 * What npm starts as `llmcache`.
 *
 * @module
 */

import { runProcess } from "./process.ts";

await runProcess();
