import { chromium } from "playwright-core";
import { tempDir } from "../proc.mjs";

// Without these it looks up its maker's hosts at every start.
const args = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Starts Chromium. A profile of its own: without one it keeps databases in memory. */
export async function launch(executablePath) {
  const context = await chromium.launchPersistentContext(tempDir("chromium"), {
    executablePath,
    args,
  });
  return {
    version: context.browser().version(),
    async open(url) {
      const page = await context.newPage();
      await page.goto(url);
      let session;
      return {
        evaluate: (act, argument) => page.evaluate(act, argument),
        reload: () => page.reload(),
        screenshot: (path) => page.screenshot({ path }),
        close: () => page.close(),
        /** A command of the devtools protocol, which no other engine has; it holds with the page. */
        async devtools(method, parameters) {
          session ??= await context.newCDPSession(page);
          return await session.send(method, parameters);
        },
      };
    },
    close: () => context.close(),
  };
}
