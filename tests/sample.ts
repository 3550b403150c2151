/** The part of JSON Schema that {@linkcode sample} reads. */
export interface Schema {
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly $ref?: string;
}

/** A value that fits a JSON Schema, always the same one. */
export function sample(schema: Schema, root: Schema = schema): unknown {
  if (schema.$ref) return sample(resolve(schema.$ref, root), root);
  if (schema.anyOf?.[0]) return sample(schema.anyOf[0], root);
  if ("const" in schema) return schema.const;
  if (schema.enum) return schema.enum[0];
  switch (typeof schema.type === "object" ? schema.type[0] : schema.type) {
    case "string":
      return "text";
    case "number":
    case "integer":
      return 7;
    case "boolean":
      return true;
    case "null":
      return null;
    case "array":
      return schema.items ? [sample(schema.items, root)] : [];
    default:
      return Object.fromEntries(
        Object.entries(schema.properties ?? {}).map(([name, one]) => [name, sample(one, root)]),
      );
  }
}

function resolve(reference: string, root: Schema): Schema {
  const steps = reference.split("/").slice(1);
  return steps.reduce(
    (at, step) => (at as Record<string, Schema>)[step] ?? {},
    root as unknown,
  ) as Schema;
}
