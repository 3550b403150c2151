/** How the results of a bench are shown: the name of its script, what it says first, and its rows. */

const ratio = (value) => value.toFixed(2);
const micros = (value) => `${value < 10 ? value.toFixed(1) : Math.round(value)} µs`;
const verdict = (value, goal) => [ratio(value), `≤ ${goal}`, value <= goal ? "kept" : "missed"];

const hits = {
  script: "hit",
  intro:
    `A hit through the openai SDK, as a multiple of the SDK's own floor: a fetch that answers from
memory. Request / answer. "hit": asked again within 100 ms. "best": the ratio of the two best rounds,
which a busy machine disturbs least. "first": each request is new to the process, as after a restart, in
stretches so short that garbage collections make it vary. "file": the floor and one file read at once,
what any cache on disk costs here. "naive": files by promises.`,
  columns: [
    ["", 15],
    ["floor", 10],
    ["hit", 7],
    ["goal", 7],
    ["", 9],
    ["best", 7],
    ["first", 7],
    ["file", 7],
    ["naive", 7],
  ],
  row({ name, goals, scores: [memory, hit, ...others] }, kind) {
    const cells = [...verdict(hit.ratio, goals[kind]), ratio(hit.best / memory.best)];
    return [name, micros(memory.microseconds), ...cells, ...others.map((one) => ratio(one.ratio))];
  },
};

const stores = {
  script: "stores",
  inBrowsers: true,
  intro:
    `Each store beside the raw call of its engine: medians, and the ratio of each round's two, its median.
"best": the ratio of the two best rounds, which a busy machine disturbs least.`,
  columns: [["", 40], ["raw", 10], ["ours", 10], ["ratio", 7], ["goal", 7], ["", 9], ["best", 7]],
  row({ name, goal, scores: [raw, ours] }) {
    const cells = verdict(ours.ratio, goal);
    const best = ratio(ours.best / raw.best);
    return [name, micros(raw.microseconds), micros(ours.microseconds), ...cells, best];
  },
};

const keys = {
  script: "keys",
  intro:
    `What it costs to find the key of a request, as a multiple of the SDK's own stringify of its body, in
time of the processor. "first": new to the process. "repeated": its text has been seen before.
"messages": as many of 40 characters as fill half the size.`,
  columns: [["", 38], ["stringify", 12], ["first", 9], ["repeated", 10]],
  // The rivals stringify too, as the SDK does: what is left is ours.
  row({ name, scores: [floor, ...rivals] }) {
    const ours = rivals.map(({ ratio: all }) => ratio(Math.max(0, all - 1)));
    return [name, micros(floor.microseconds), ...ours];
  },
};

const batches = {
  script: "batches",
  intro:
    `One vector of 1 536 numbers in a batch, files, the processor's time: recorded as part of the whole, kept as
an item besides; served as part of the whole, and put together from items.`,
  columns: [["", 22], ["whole", 10], ["+ items", 10], ["hit", 10], ["of items", 10]],
  row: ({ name, scores }) => [name, ...scores.map(({ microseconds }) => micros(microseconds))],
};

const misses = {
  script: "misses",
  intro: `A miss whose call takes no time, on a store without its claim and with it.
"best": the ratio of the two best rounds, which a busy machine disturbs least.`,
  columns: [["", 20], ["without", 10], ["with", 10], ["ratio", 7], ["best", 7]],
  row: ({ name, scores: [without, claimed] }) => [
    name,
    micros(without.microseconds),
    micros(claimed.microseconds),
    ratio(claimed.ratio),
    ratio(claimed.best / without.best),
  ],
};

/** By the word after `npm run bench --`. */
export const tables = { hits, stores, keys, batches, misses };

/** One line of a table. */
export function line(cells, columns) {
  return cells.map((cell, at) =>
    at === 0 ? cell.padEnd(columns[at][1]) : cell.padStart(columns[at][1])
  ).join("").trimEnd();
}
