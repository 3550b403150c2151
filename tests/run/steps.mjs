import { build, bunTypes, types, typeTests, webTypes } from "./steps/types.mjs";
import { denoCheck, docTests, format, lint, publish, symbols } from "./steps/deno.mjs";
import { suites } from "./steps/suites.mjs";
import { clients } from "./steps/clients.mjs";
import { examples, start } from "./steps/examples.mjs";
import { matrix } from "./steps/matrix.mjs";
import { redis } from "./steps/redis.mjs";
import { crashes, processes } from "./steps/processes.mjs";
import { manifests } from "./steps/manifests.mjs";
import { granted } from "./steps/granted.mjs";
import { graph } from "./steps/graph.mjs";
import { bundles } from "./steps/bundles.mjs";
import { browsers } from "./steps/browsers.mjs";
import { edge } from "./steps/edge.mjs";
import { jsr } from "./steps/jsr.mjs";
import { tarball } from "./steps/tarball.mjs";

/** Two lists in one, an element of each in turn: browsers wait while suites reckon. */
function woven(some, others) {
  const length = Math.max(some.length, others.length);
  return Array.from({ length }, (_, at) => [some[at], others[at]]).flat().filter(Boolean);
}

/**
 * What `npm test` does, in this order, two at a time. A step has a `name`, a `title`, the names it
 * `needs` done before, perhaps a `weight`, and `run`, which answers with its counts.
 */
export const steps = [
  build,
  types,
  webTypes,
  bunTypes,
  typeTests,
  lint,
  format,
  denoCheck,
  docTests,
  symbols,
  ...woven(suites, browsers),
  granted,
  matrix,
  ...clients,
  redis,
  processes,
  crashes,
  start,
  examples,
  manifests,
  publish,
  graph,
  bundles,
  edge,
  jsr,
  tarball,
];
