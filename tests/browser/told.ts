/** What this page or worker said on its own: warnings of the library, and errors nobody caught. */

/** Told since the script was loaded. */
export const told: { readonly warnings: string[]; readonly errors: string[] } = {
  warnings: [],
  errors: [],
};

const warn = console.warn;
console.warn = (...said: unknown[]) => {
  told.warnings.push(said.join(" "));
  warn(...said);
};
addEventListener("error", (event) => {
  told.errors.push((event as ErrorEvent).message ?? String(event));
});
addEventListener("unhandledrejection", (event) => {
  told.errors.push(`unhandled: ${(event as PromiseRejectionEvent).reason}`);
});
