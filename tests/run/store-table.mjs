/** How many cases of tests/conformance.ts passed for each store in each engine. */

const cell = (text) => String(text).padStart(9);

/** The table as lines; none where no step has tested stores. */
export function storeTable(results) {
  const tested = results.filter(({ stores }) => stores?.size > 0);
  if (tested.length === 0) return [];
  const names = [...new Set(tested.flatMap(({ stores }) => [...stores.keys()]))];
  const width = Math.max(...names.map((name) => name.length));
  const row = (name, cells) => name.padEnd(width) + cells.map(cell).join("");
  return [
    row("cases by store", tested.map(({ step }) => step.name)),
    ...names.map((name) => row(name, tested.map(({ stores }) => stores.get(name) ?? "·"))),
  ];
}
