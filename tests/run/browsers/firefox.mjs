import { launch as start } from "puppeteer-core";

/** Starts Firefox, which speaks WebDriver BiDi, with a new profile. */
export async function launch(executablePath) {
  const browser = await start({ browser: "firefox", executablePath });
  return {
    version: (await browser.version()).replace(/^firefox\//, ""),
    async open(url) {
      const page = await browser.newPage();
      await page.goto(url);
      return {
        evaluate: (act, argument) => page.evaluate(act, argument),
        reload: () => page.reload(),
        screenshot: (path) => page.screenshot({ path }),
        close: () => page.close(),
      };
    },
    close: () => browser.close(),
  };
}
