// The playground as a person uses it: ask, ask again, reload, ask once more.
import { mkdirSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { inRoot } from "../run/paths.mjs";
import { startPlayground } from "../run/playground.mjs";
import { equal } from "./page.mjs";

const screenshots = inRoot(".build", "screenshots");

/** Fills in the form and asks, once the page is ready to; tells whether it was. */
function submit({ question, stream }) {
  const $ = (id) => document.getElementById(id);
  if (!document.documentElement.dataset.ready) return false;
  $("question").value = question;
  $("stream").checked = stream;
  $("ask").click();
  return true;
}

/** The newest row and the answer, once the form may be used again. */
function outcome() {
  const $ = (id) => document.getElementById(id);
  const [row] = $("calls").rows;
  if ($("ask").disabled || !row) return null;
  const [, status, milliseconds, tokens] = [...row.cells].map((cell) => cell.textContent);
  return { status, milliseconds, tokens, answer: $("answer").textContent };
}

/** Looked at from here: WebKit lets the timers of a page that nobody sees wait for minutes. */
async function until(page, act, argument) {
  for (;;) {
    const value = await page.evaluate(act, argument);
    if (value) return value;
    await pause(50);
  }
}

async function askByForm(page, request) {
  await until(page, submit, request);
  return await until(page, outcome);
}

/** Counts how often the answer changes. */
function watchAnswer() {
  globalThis.changes = 0;
  const observer = new MutationObserver(() => globalThis.changes++);
  observer.observe(document.getElementById("answer"), { childList: true });
}

const countChanges = () => globalThis.changes;

/** Goes through it once, whole or streamed. */
async function goThrough(page, playground, stream) {
  const name = stream ? "streamed" : "whole";
  const question = { question: `What is the capital of France, ${name}?`, stream };
  const before = playground.calls();
  await page.evaluate(watchAnswer);
  const first = await askByForm(page, question);
  const changes = await page.evaluate(countChanges);
  const second = await askByForm(page, question);
  await page.reload();
  const third = await askByForm(page, question);
  const { answer } = first;
  const hits = [second, third].map(({ status, answer }) => [status, answer]);
  return [
    equal(`${name}: the first time it goes out`, [first.status, answer !== ""], ["miss", true]),
    equal(`${name}: then, and after a reload, it is a hit`, hits, Array(2).fill(["hit", answer])),
    // Emptied, and filled: by one piece, or by many.
    equal(`${name}: it grows by pieces, or comes at once`, changes > 3, stream),
    equal(`${name}: one call in all`, playground.calls() - before, 1),
    equal(`${name}: milliseconds are told`, /^\d+$/.test(third.milliseconds), true),
    equal(`${name}: tokens are told`, /^\d+$/.test(third.tokens), true),
  ];
}

/** The page in this engine, and pictures of it in an ignored folder. */
export async function playground({ browser, engine }) {
  mkdirSync(screenshots, { recursive: true });
  const playground = await startPlayground(0);
  const page = await browser.open(playground.url, { seen: true });
  try {
    const streamed = await goThrough(page, playground, true);
    await page.screenshot(`${screenshots}/playground-${engine}.png`);
    return [...streamed, ...await goThrough(page, playground, false)];
  } finally {
    await page.close();
    await playground.close();
  }
}
