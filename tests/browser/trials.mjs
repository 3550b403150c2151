// What each engine goes through. A trial gives results: a name, and what went wrong or null.
import { wantedInBrowsers } from "../run/stores.mjs";
import { equal, inPage } from "./page.mjs";
import { playground } from "./playground.mjs";

const misses = ["miss", "miss", "miss"];
const hits = ["hit", "hit", "hit"];

/** Opens a page, lets something be done in it, and looks whether it was left an error. */
async function onPage(browser, url, act) {
  const page = await browser.open(url);
  const results = await act(page);
  const { errors } = await inPage(page, "told");
  await page.close();
  return [...results, equal("no error is left to the page", errors, [])];
}

const command = (page, place, name, argument) =>
  place === "page"
    ? inPage(page, name, argument)
    : inPage(page, "inWorker", { kind: place, name, argument });

/** All tests of the stores that must be tested in a place; one that was not is a failure. */
async function testIn(page, place, stores) {
  const names = stores.map((store) => `store ${store}: `);
  const also = place === "page" ? ["indexeddb "] : [];
  const results = await command(page, place, "runTests", [...names, ...also]);
  const tested = names.filter((name) => results.some(([result]) => result.startsWith(name)));
  return [
    equal(`${names.length} stores tested in a ${place}`, tested, names),
    ...results.map(([name, error]) => [`${place}: ${name}`, error]),
  ];
}

/** Each trial gets the browser and the site. */
export const trials = {
  "stores in a page, its worker and a shared one, at once": ({ browser, site }) =>
    onPage(browser, `${site.origin}/`, async (page) => {
      const places = Object.entries(wantedInBrowsers);
      return (await Promise.all(places.map((each) => testIn(page, ...each)))).flat();
    }),

  "the SDK's calls are hits the second time": ({ browser, site }) =>
    onPage(browser, `${site.origin}/`, async (page) => {
      const argument = { baseURL: site.baseURL };
      const ask = (place = "page") => command(page, place, "ask", argument);
      site.take();
      const first = await ask();
      const calls = site.take();
      const again = await ask();
      await page.reload();
      const later = { reloaded: await ask() };
      for (const place of ["worker", "shared worker"]) later[`in a ${place}`] = await ask(place);
      const other = await browser.open(`${site.origin}/`);
      later["in another tab"] = await inPage(other, "ask", argument);
      await other.close();
      return [
        equal("asked first, three misses", [first.statuses, calls], [misses, 3]),
        equal("asked again, three hits, the same answers", again, { ...first, statuses: hits }),
        ...Object.entries(later).map(([where, asked]) =>
          equal(`asked ${where}, three hits, the same answers`, asked, again)
        ),
        equal("nothing went out after the first", site.take(), 0),
        equal("not a warning", (await inPage(page, "told")).warnings, []),
      ];
    }),

  "two tabs at once": ({ browser, site }) =>
    onPage(browser, `${site.origin}/`, async (page) => {
      const other = await browser.open(`${site.origin}/`);
      const race = (page, tab) => inPage(page, "race", { tab, tabs: 2 });
      const others = await Promise.all([race(page, 0), race(other, 1)]);
      const claims = [await inPage(other, "claim"), await inPage(page, "claim")];
      await other.close();
      claims.push(await inPage(page, "claimSoon"));
      return [
        equal("what one wrote the other read, whole", others.some((count) => count > 0), true),
        equal("a claim is free again when its tab is closed", claims, [true, false, true]),
      ];
    }),

  "two tabs ask the same": ({ browser, site }) =>
    onPage(browser, `${site.origin}/`, async (page) => {
      const other = await browser.open(`${site.origin}/`);
      site.take();
      const argument = { baseURL: site.baseURL, words: "take your time" };
      const asked = await Promise.all([page, other].map((tab) => inPage(tab, "ask", argument)));
      await other.close();
      const statuses = asked.flatMap(({ statuses }) => statuses).sort();
      return [
        equal("two tabs ask the same: each question is one call", site.take(), 3),
        equal("two tabs ask the same: one of them hits", statuses, [...hits, ...misses]),
        equal("two tabs ask the same: both hear the same", asked[0].answers, asked[1].answers),
      ];
    }),

  "a frame without an origin": ({ browser, site }) =>
    onPage(browser, `${site.origin}/`, async (page) => {
      const inFrame = (name, argument = null) => inPage(page, "inFrame", { name, argument });
      const { origin } = await inFrame("place");
      const { statuses, warnings } = await inFrame("askTwice", { baseURL: site.baseURL });
      return [
        equal("the frame has no origin", origin, "null"),
        equal("memory: misses, then hits", statuses, [...misses, ...hits]),
        equal("one warning", warnings.length, 1),
        equal(
          "it says what to do",
          /may not use IndexedDB.*allow-same-origin/.test(warnings),
          true,
        ),
      ];
    }),

  "plain http off localhost": ({ browser, site }) =>
    onPage(browser, `${site.insecure}/`, async (page) => {
      const { secure, webCrypto } = await inPage(page, "place");
      const { statuses, warnings } = await inPage(page, "askTwice", { baseURL: "/v1" });
      await page.reload();
      const again = await inPage(page, "askTwice", { baseURL: "/v1" });
      return [
        equal("no secure context, no WebCrypto", [secure, webCrypto], [false, false]),
        equal("misses, then hits", statuses, [...misses, ...hits]),
        equal("hits after a reload", again.statuses, [...hits, ...hits]),
        equal("not a warning", warnings, []),
      ];
    }),

  "no room in the browser": ({ browser, site }) =>
    onPage(browser, `${site.origin}/`, async (page) => {
      // Only Chromium can be told how much room there is; the others are told by tests in the page.
      if (!page.devtools) return [];
      const { origin } = site;
      const limit = (quotaSize) =>
        page.devtools("Storage.overrideQuotaForOrigin", { origin, quotaSize });
      await limit(await inPage(page, "used") + 3_000_000);
      const { errors, held } = await inPage(page, "fill", { count: 40 });
      // Chromium gives room back a little late: seldom, one write is not helped by what was removed.
      const isSaid = errors.every((error) => /has no room for 200000 bytes/.test(error));
      const oldest = Math.min(...held);
      await limit(1);
      // It does not ask for each write how much room there is.
      const none = await inPage(page, "fill", { count: 20 });
      const asked = await inPage(page, "ask", { baseURL: site.baseURL, words: "full" });
      await limit();
      await inPage(page, "empty");
      return [
        equal("no room: writes that find none are few, and say so", [errors.length < 3, isSaid], [
          true,
          true,
        ]),
        equal("no room: the oldest make some", oldest >= 40 - held.length - errors.length, true),
        // How many fit is for Chromium to say: it counts in its own way.
        equal("no room: some stay, not all", held.length > 0 && held.length < 40, true),
        equal("no room at all: it is said", /has no room for 200000 bytes/.test(none.errors), true),
        equal("no room at all: answers come, faults are told", asked.statuses, [
          ...["fault", "miss", "fault", "miss", "fault", "miss"],
        ]),
      ];
    }),

  "the playground": playground,
};
