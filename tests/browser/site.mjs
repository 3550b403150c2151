// The pages of the tests, and the provider their scripts ask: one server on a free port.
import { inRoot } from "../run/paths.mjs";
import { bundle } from "../run/bundle.mjs";
import { startUpstream } from "../run/upstream.mjs";

const page = `<!doctype html><meta charset="utf-8"><title>llmcache</title>
<link rel="icon" href="data:,"><script type="module" src="/bundle.js"></script>`;

/** Starts the server. */
export async function startSite() {
  const script = await bundle({
    entryPoints: [inRoot("tests", "browser", "bundle.ts")],
    // package.json says that no module has side effects; those that register tests do.
    ignoreAnnotations: true,
  });
  const upstream = await startUpstream({
    "/": ["text/html", page],
    "/bundle.js": ["text/javascript", script],
  });
  const { port } = new URL(upstream.origin);
  return {
    ...upstream,
    /** The same server under a name that browsers do not take for localhost. */
    insecure: `http://[::ffff:127.0.0.1]:${port}`,
  };
}
