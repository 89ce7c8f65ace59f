/** A value as a schema wants it where the difference is only one of writing: null for nothing, and in a bundle "4" for 4. */
import { z } from "zod";

export interface NormalFormOptions {
  /** Texts become the numbers and booleans that the schema wants, and those texts: references give texts. Empty optional texts go. */
  readonly convert: boolean;
}

/** Keys that are null are left out, as the Jobs API reads them. Lists keep their places. */
export function normalForm(schema: unknown, value: unknown, options: NormalFormOptions): unknown {
  return options.convert || hasNull(value) ? formed(schema, value, options) : value;
}

function hasNull(value: unknown): boolean {
  if (value === null) return true;
  if (typeof value !== "object") return false;
  return Array.isArray(value) ? value.some(hasNull) : Object.values(value).some(hasNull);
}

function formed(schema: unknown, value: unknown, options: NormalFormOptions): unknown {
  const inner = unwrap(schema);
  if (Array.isArray(value)) {
    const element = inner instanceof z.ZodArray ? inner.element : undefined;
    return value.map((item) => formed(element, item, options));
  }
  if (value !== null && typeof value === "object") {
    const entries = Object.entries(value).flatMap(([key, item]): [string, unknown][] => {
      const field = fieldOf(inner, key);
      const nothing = item === null || (options.convert && item === "" && isOptionalText(field));
      return nothing ? [] : [[key, formed(field, item, options)]];
    });
    return Object.fromEntries(entries);
  }
  return options.convert ? converted(inner, value) : value;
}

/** Of a bundle, `policy_id: ""` is a policy that nobody chose: the CLI sends no empty texts for what may be left out. */
function isOptionalText(schema: unknown): boolean {
  const inner = unwrap(schema);
  return schema instanceof z.ZodOptional && (inner instanceof z.ZodString || inner instanceof z.ZodEnum);
}

function fieldOf(schema: unknown, key: string): unknown {
  if (schema instanceof z.ZodObject) return Object.hasOwn(schema.shape, key) ? schema.shape[key] : undefined;
  return schema instanceof z.ZodRecord ? schema.valueType : undefined;
}

function converted(schema: unknown, value: unknown): unknown {
  if (schema instanceof z.ZodString && (typeof value === "number" || typeof value === "boolean")) return String(value);
  if (typeof value !== "string") return value;
  if (schema instanceof z.ZodNumber && /^-?\d+(?:\.\d+)?$/.test(value)) return Number(value);
  if (schema instanceof z.ZodBoolean && /^(?:true|yes|on|y)$/i.test(value)) return true;
  if (schema instanceof z.ZodBoolean && /^(?:false|no|off|n)$/i.test(value)) return false;
  return value;
}

function unwrap(schema: unknown): unknown {
  let inner = schema;
  while (inner instanceof z.ZodOptional || inner instanceof z.ZodNullable || inner instanceof z.ZodDefault) {
    inner = inner.unwrap();
  }
  return inner;
}
