/** schema_of_variant and its aggregate: the schema of what a VARIANT holds, and what two schemas have in common. */
import { quoteIfNeeded } from "../../schema/type-text.js";
import { type VariantNode, variantNode } from "../../schema/variant-text.js";

export type Shape =
  | { readonly kind: "object"; readonly fields: Readonly<Record<string, Shape>> }
  | { readonly kind: "array"; readonly element: Shape }
  | { readonly kind: "decimal"; readonly precision: number; readonly scale: number }
  | { readonly kind: "VOID" | "BOOLEAN" | "BIGINT" | "STRING" | "DOUBLE" | "FLOAT" }
  | { readonly kind: "DATE" | "TIMESTAMP" | "TIMESTAMP_NTZ" | "BINARY" | "VARIANT" };

const NAMES = {
  null: "VOID",
  boolean: "BOOLEAN",
  long: "BIGINT",
  string: "STRING",
  double: "DOUBLE",
  float: "FLOAT",
  date: "DATE",
  timestamp: "TIMESTAMP",
  timestamp_ntz: "TIMESTAMP_NTZ",
  binary: "BINARY",
} as const;

const VOID: Shape = { kind: "VOID" };
const VARIANT: Shape = { kind: "VARIANT" };

/** The shape of the engine's text of a variant. */
export function shapeOf(text: string): Shape {
  return shapeOfNode(variantNode(text));
}

function shapeOfNode(node: VariantNode): Shape {
  switch (node.kind) {
    case "object":
      return {
        kind: "object",
        fields: Object.fromEntries(node.entries.map(([name, value]) => [name, shapeOfNode(value)])),
      };
    case "array":
      return { kind: "array", element: node.items.map(shapeOfNode).reduce(merged, VOID) };
    case "decimal":
      return decimalShape(node.text);
    default:
      return { kind: NAMES[node.kind] };
  }
}

function decimalShape(text: string): Shape {
  const [whole = "", fraction = ""] = text.replace("-", "").split(".");
  const scale = fraction.replace(/0+$/, "").length;
  const digits = `${whole}${fraction.slice(0, scale)}`.replace(/^0+/, "").length;
  return { kind: "decimal", precision: Math.max(digits, scale, 1), scale };
}

/** What holds values of both: numbers widen, objects have the fields of both, all else that differs is VARIANT. */
export function merged(one: Shape, other: Shape): Shape {
  if (one.kind === "VOID") return other;
  if (other.kind === "VOID") return one;
  if (one.kind === "object" && other.kind === "object") {
    const fields: Record<string, Shape> = { ...one.fields };
    for (const [name, shape] of Object.entries(other.fields)) fields[name] = merged(fields[name] ?? VOID, shape);
    return { kind: "object", fields };
  }
  if (one.kind === "array" && other.kind === "array")
    return { kind: "array", element: merged(one.element, other.element) };
  if (one.kind === "decimal" || other.kind === "decimal") return mergedWithDecimal(one, other);
  if (one.kind === other.kind) return one;
  return widerKind(one.kind, other.kind);
}

const NUMBERS = ["BIGINT", "FLOAT", "DOUBLE"];
const TIMES = ["DATE", "TIMESTAMP_NTZ", "TIMESTAMP"] as const;

function widerKind(one: Shape["kind"], other: Shape["kind"]): Shape {
  if (NUMBERS.includes(one) && NUMBERS.includes(other)) return { kind: "DOUBLE" };
  const order: readonly string[] = TIMES;
  const [a, b] = [order.indexOf(one), order.indexOf(other)];
  return a >= 0 && b >= 0 ? { kind: TIMES[Math.max(a, b)] ?? "TIMESTAMP" } : VARIANT;
}

function mergedWithDecimal(one: Shape, other: Shape): Shape {
  if ([one.kind, other.kind].some((kind) => kind === "DOUBLE" || kind === "FLOAT")) {
    return one.kind === "decimal" || other.kind === "decimal" ? { kind: "DOUBLE" } : VARIANT;
  }
  const [a, b] = [asDecimal(one), asDecimal(other)];
  if (!a || !b) return VARIANT;
  const scale = Math.max(a.scale, b.scale);
  const range = Math.max(a.precision - a.scale, b.precision - b.scale);
  return range + scale > 38 ? { kind: "DOUBLE" } : { kind: "decimal", precision: range + scale, scale };
}

function asDecimal(shape: Shape): Extract<Shape, { kind: "decimal" }> | undefined {
  if (shape.kind === "decimal") return shape;
  return shape.kind === "BIGINT" ? { kind: "decimal", precision: 20, scale: 0 } : undefined;
}

/** The schema as Spark writes it. @example shapeText(shapeOf('{"a":[1,2]}')) // "OBJECT<a: ARRAY<BIGINT>>" */
export function shapeText(shape: Shape): string {
  switch (shape.kind) {
    case "object": {
      const names = Object.keys(shape.fields).sort();
      return `OBJECT<${names.map((name) => `${quoteIfNeeded(name)}: ${shapeText(shape.fields[name] ?? VOID)}`).join(", ")}>`;
    }
    case "array":
      return `ARRAY<${shapeText(shape.element)}>`;
    case "decimal":
      return `DECIMAL(${shape.precision},${shape.scale})`;
    default:
      return shape.kind;
  }
}
