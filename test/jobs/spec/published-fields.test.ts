/** The schema here against the published one: every field, every word of every enumeration, both ways. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { z } from "zod";
import { jobSettings } from "../../../src/jobs/spec/job-settings.js";

/** A type's name, `["Task"]`, `{ map: "string" }` or `{ enum: [...] }`. */
type Shape = string | readonly [Shape] | { readonly map: Shape } | { readonly enum: readonly string[] };

const published: { readonly types: Readonly<Record<string, Readonly<Record<string, Shape>>>> } = JSON.parse(
  readFileSync(join(import.meta.dirname, "published-fields.json"), "utf8"),
);

/** Read here although the published types of today do not have them: older or newer than they are, or without a form yet. */
const BESIDE = new Set([
  "JobSettings.lifecycle.started",
  "JobSettings.tasks.agentic_task",
  "JobSettings.tasks.genie_task",
  "JobSettings.tasks.for_each_task.task.agentic_task",
  "JobSettings.tasks.for_each_task.task.genie_task",
  "JobSettings.environments.spec.jar_dependencies",
  "JobSettings.trigger.table",
]);
/** Read as text: the services add words to these. */
const OPEN = /\.(data_security_mode|dependency_mode|kind|confidential_compute_type|level)$/;

function differences(schema: unknown, shape: Shape, path: string): string[] {
  const inner = unwrap(schema);
  if (typeof shape === "string") {
    const fields = published.types[shape];
    if (!fields) return kindOf(inner) === shape ? [] : [`${path}: ${kindOf(inner)}, published as ${shape}`];
    if (!(inner instanceof z.ZodObject)) return [`${path}: no object, published as ${shape}`];
    // A loop in a loop is read only to be refused.
    if (path.endsWith("for_each_task.task.for_each_task")) return [];
    const here = Object.keys(inner.shape);
    return [
      ...Object.keys(fields).flatMap((field) =>
        here.includes(field)
          ? differences(inner.shape[field], fields[field] ?? "", `${path}.${field}`)
          : [`${path}.${field} is missing`],
      ),
      ...here
        .filter((key) => !(key in fields) && !BESIDE.has(`${path}.${key}`))
        .map((key) => `${path}.${key} is unknown`),
    ];
  }
  if (isList(shape)) {
    return inner instanceof z.ZodArray ? differences(inner.element, shape[0], path) : [`${path}: no array`];
  }
  if ("map" in shape) {
    return inner instanceof z.ZodRecord ? differences(inner.valueType, shape.map, path) : [`${path}: no map`];
  }
  if (!("enum" in shape)) return [];
  if (inner instanceof z.ZodEnum) {
    const words = [...inner.options].map(String).sort();
    return words.join() === [...shape.enum].sort().join() ? [] : [`${path}: ${words}, published as ${shape.enum}`];
  }
  return OPEN.test(path) ? [] : [`${path}: no enumeration`];
}

function isList(shape: Shape): shape is readonly [Shape] {
  return Array.isArray(shape);
}

function kindOf(schema: unknown): string {
  if (schema instanceof z.ZodString) return "string";
  if (schema instanceof z.ZodBoolean) return "boolean";
  if (schema instanceof z.ZodNumber) return schema.isInt || schema.format === "safeint" ? "integer" : "number";
  // job_id: bundles write a reference where the API has a number.
  if (schema instanceof z.ZodUnion) return "integer";
  return String(schema?.constructor.name);
}

function unwrap(schema: unknown): unknown {
  let inner = schema;
  while (inner instanceof z.ZodOptional || inner instanceof z.ZodDefault) inner = inner.unwrap();
  return inner;
}

test("every published field of a job is known, with its type, and no other", () => {
  expect(differences(jobSettings, "JobSettings", "JobSettings")).toEqual([]);
});
