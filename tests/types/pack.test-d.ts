import { expectAssignable, expectError, expectType } from "tsd";
import { memoryStore } from "@x/llmcache/memory";
import {
  pack,
  type Progress,
  type ProgressOptions,
  unpack,
  type Unpacked,
  type UnpackProblem,
} from "@x/llmcache/pack";

const store = memoryStore();
expectType<ReadableStream<Uint8Array>>(pack(store));
expectType<Promise<Unpacked>>(unpack(store, pack(store)));
expectAssignable<ProgressOptions>({
  onProgress: ({ entries, bytes }: Progress) => entries + bytes,
});
pack(store, { onProgress: undefined });
unpack(store, new Blob([]).stream() as ReadableStream<Uint8Array>, {});

expectError(pack());
expectError(pack({}));
expectError(pack(store, { progress() {} }));
expectError(unpack(store));
expectError(unpack(store, new Uint8Array()));

declare const report: Unpacked;
expectType<number>(report.stored);
expectType<number>(report.equal);
expectType<number>(report.missing);
expectType<boolean>(report.complete);
expectType<readonly UnpackProblem[]>(report.problems);
expectError(report.complete = true);
