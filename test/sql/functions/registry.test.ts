/** The registry: names, near names, and refusals. */
import { describe, expect, it } from "vitest";
import { allFunctions, lookupFunction, nearestFunction } from "../../../src/sql/functions/registry.js";

describe("the registry", () => {
  it("finds functions and operators without regard to case", () => {
    expect(lookupFunction("UPPER")).toBe(lookupFunction("upper"));
    expect(lookupFunction("<=>")?.kind).toBe("scalar");
    expect(lookupFunction("nope")).toBeUndefined();
  });

  it("gives every name to one entry only", () => {
    const names = allFunctions().flatMap((one) => one.names);
    const twice = names.filter((name, i) => names.indexOf(name) !== i);
    expect(twice).toEqual([]);
  });

  it("proposes a near name, and none where nothing is near", () => {
    expect(nearestFunction("uper")).toBe("upper");
    expect(nearestFunction("regexp_replce")).toBe("regexp_replace");
    expect(nearestFunction("frobnicate_everything")).toBeUndefined();
  });

  it("names an alternative for everything that it refuses", () => {
    const refused = allFunctions().filter((one) => one.kind === "refused");
    expect(refused.length).toBeGreaterThan(0);
    for (const one of refused) expect(one.kind === "refused" && one.alternative, one.names.join()).not.toBe("");
  });
});
