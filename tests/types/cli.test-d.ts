import { expectAssignable, expectError, expectType } from "tsd";
import { type ExitCode, main, type Output, type Terminal } from "@x/llmcache/cli";

declare const out: Output;
const terminal: Terminal = {
  out,
  err: { write: async () => {}, isTerminal: true, columns: 80 },
  input: () => new ReadableStream<Uint8Array>(),
  env: () => undefined,
  now: Date.now,
};

expectType<Promise<ExitCode>>(main(["ls"], terminal));
expectAssignable<0 | 1 | 2>(await main([], terminal));
expectAssignable<Output>({ write: (_: string | Uint8Array) => {}, isTerminal: false });
expectError(main("ls", terminal));
expectError(main(["ls"], { ...terminal, out: undefined }));
expectError(main(["ls"]));
