import { writeFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { Capabilities, WebDriver } from "selenium-webdriver";
import { Executor, HttpClient } from "selenium-webdriver/http/index.js";
import { findFreePort } from "selenium-webdriver/net/portprober.js";
import { DriverService } from "selenium-webdriver/remote/index.js";

/** The driver of the Debian package, on a free port of this machine. */
async function startService(path) {
  const port = await findFreePort("127.0.0.1");
  const builder = new DriverService.Builder(path).setHostname("127.0.0.1").setPort(port);
  return builder.addArguments(`--port=${port}`).build();
}

/** Does one thing after the other, whatever became of the one before. */
function createQueue() {
  let last = Promise.resolve();
  return (act) => {
    last = last.then(act, act);
    return last;
  };
}

/** Begins something in the page and keeps what becomes of it. */
const begin = `
  const jobs = globalThis.jobs ??= [];
  const job = {};
  new Promise((resolve) => resolve((ACT)(arguments[0])))
    .then((value) => job.value = { value }, (error) => job.value = { error: String(error) });
  return jobs.push(job) - 1;`;

/** Starts WebKitGTK. It runs one command at a time, in one window at a time. */
export async function launch(path) {
  const service = await startService(path);
  const client = service.start().then((url) => new HttpClient(url));
  const capabilities = new Capabilities({ browserName: "MiniBrowser" });
  const driver = WebDriver.createSession(new Executor(client), capabilities, () => service.kill());
  const inTurn = createQueue();
  const found = await driver.getCapabilities();
  // It stays: others are opened from it, and the session ends with the last one.
  const first = await driver.getWindowHandle();
  return {
    version: found.getBrowserVersion() ?? "",
    /** `seen`: in the first window. Others lie behind it, and of them no picture ever comes. */
    async open(url, { seen = false } = {}) {
      const window = seen ? first : await inTurn(async () => {
        await driver.switchTo().window(first);
        await driver.switchTo().newWindow("tab");
        return await driver.getWindowHandle();
      });
      const inWindow = (act) =>
        inTurn(async () => {
          await driver.switchTo().window(window);
          return await act();
        });
      await inWindow(() => driver.get(url));
      return {
        // Begun, then asked for: so two windows are at work at the same time.
        async evaluate(act, argument) {
          const script = begin.replace("ACT", () => act);
          const job = await inWindow(() => driver.executeScript(script, argument));
          const ask = `return jobs[${job}].value`;
          for (;;) {
            const settled = await inWindow(() => driver.executeScript(ask));
            if (settled && "error" in settled) throw new Error(settled.error);
            if (settled) return settled.value;
            await pause(20);
          }
        },
        reload: () => inWindow(() => driver.navigate().refresh()),
        async screenshot(file) {
          // The first would be blank.
          await pause(600);
          writeFileSync(file, await inWindow(() => driver.takeScreenshot()), "base64");
        },
        close: () => inWindow(() => seen ? driver.get("about:blank") : driver.close()),
      };
    },
    close: () => driver.quit(),
  };
}
