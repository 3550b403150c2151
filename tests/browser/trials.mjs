// What each engine goes through. A trial gives results: a name, and what went wrong or null.
import { equal, inPage } from "./page.mjs";

const misses = ["miss", "miss", "miss"];
const hits = ["hit", "hit", "hit"];

/** Each trial gets the browser and the site. */
export const trials = {
  async "the SDK's calls are hits the second time"({ browser, site }) {
    const page = await browser.open(`${site.origin}/`);
    const ask = () => inPage(page, "ask", { baseURL: site.baseURL });
    site.take();
    const first = await ask();
    const calls = site.take();
    const second = await ask();
    const results = [
      equal("asked first, three misses", [first.statuses, calls], [misses, 3]),
      equal("asked again, three hits", [second.statuses, site.take()], [hits, 0]),
      equal("asked again, the same answers", second.answers, first.answers),
      equal("no error is left to the page", (await inPage(page, "told")).errors, []),
    ];
    await page.close();
    return results;
  },
};
