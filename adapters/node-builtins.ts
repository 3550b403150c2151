/**
 * Node's built-in modules, as far as the stores use them, in Node, Bun and Deno.
 *
 * They are taken by `process.getBuiltinModule` and typed by their shape: an `import "node:fs"` would
 * stand in the way of every browser bundle, and Node's types in the way of users who lack them.
 *
 * @module
 */

/** What the stores use of `node:fs`. */
export interface NodeFs {
  closeSync(fd: number): void;
  existsSync(path: string): boolean;
  fstatSync(fd: number): { readonly size: number };
  mkdirSync(path: string, options: { recursive: boolean; mode: number }): unknown;
  openSync(path: string, flags: string, mode?: number): number;
  readSync(fd: number, to: Uint8Array, offset: number, length: number, position: number): number;
  readdirSync(path: string): string[];
  readFileSync(path: string): Uint8Array;
  renameSync(from: string, to: string): void;
  rmdirSync(path: string): void;
  statSync(path: string): {
    readonly ino: number;
    readonly mtimeMs: number;
    readonly size: number;
    isFile(): boolean;
  };
  unlinkSync(path: string): void;
  utimesSync(path: string, read: number, changed: number): void;
  writeSync(fd: number, data: Uint8Array): number;
  writeFileSync(path: string, data: Uint8Array, options: { flag: string; mode: number }): void;
}

interface NodeBuffer {
  from(buffer: ArrayBufferLike, offset: number, length: number): NodeBuffer;
  from(text: string, encoding: "base64"): ArrayLike<number>;
  toString(encoding: "base64"): string;
}

interface Modules {
  readonly "node:buffer": { readonly Buffer: NodeBuffer };
  readonly "node:fs": NodeFs;
  readonly "node:os": { homedir(): string };
  readonly "node:path": { dirname(path: string): string; resolve(path: string): string };
  readonly "node:url": { fileURLToPath(url: URL): string };
}

interface Host {
  readonly process?: {
    readonly platform?: string;
    getBuiltinModule?<Name extends keyof Modules>(name: Name): Modules[Name] | undefined;
  };
}

/**
 * Takes a built-in module.
 *
 * @returns the module; `undefined` in runtimes that have none.
 */
export function builtin<Name extends keyof Modules>(name: Name): Modules[Name] | undefined {
  return (globalThis as Host).process?.getBuiltinModule?.(name);
}

/** The operating system as Node names it; `""` where nothing tells. */
export function platform(): string {
  return (globalThis as Host).process?.platform ?? "";
}
