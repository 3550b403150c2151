/** How many cases of tests/conformance.ts passed for each store in each engine. */

const cell = (text) => String(text).padStart(9);

/** The runtimes first, then the browsers, whatever came to its end first. */
const ORDER = ["node20", "node22", "node24", "node26", "bun", "deno", "granted"];

function byEngine({ step: a }, { step: b }) {
  const [one, other] = [a, b].map(({ name }) => ORDER.includes(name) ? ORDER.indexOf(name) : 99);
  return one - other;
}

/** The table as lines; none where no step has tested stores. */
export function storeTable(results) {
  const tested = results.filter(({ stores }) => stores?.size > 0).sort(byEngine);
  if (tested.length === 0) return [];
  const names = [...new Set(tested.flatMap(({ stores }) => [...stores.keys()]))];
  const width = Math.max(...names.map((name) => name.length));
  const row = (name, cells) => name.padEnd(width) + cells.map(cell).join("");
  return [
    row("cases by store", tested.map(({ step }) => step.name)),
    ...names.map((name) => row(name, tested.map(({ stores }) => stores.get(name) ?? "·"))),
  ];
}
