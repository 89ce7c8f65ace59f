/** JSON texts: what is written is read back, with every digit; what Jackson forgives is forgiven. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { javaDouble, readJson, writeJson } from "../../src/schema/json-text.js";

describe("JSON texts", () => {
  it("are written as they were read", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = JSON.stringify(value);
        const node = readJson(text);
        expect(node && writeJson(node)).toBe(text);
      }),
    );
  });

  it("lose nothing to white space", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const node = readJson(`\n ${JSON.stringify(value, undefined, 2)} `);
        expect(node && JSON.parse(writeJson(node))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it.each([
    ["{'a':1}", '{"a":1}'],
    ['{"a":1} trailing', '{"a":1}'],
    ['{"a":12345678901234567890.10}', '{"a":12345678901234567890.10}'],
    ['{"a":"tab\there"}', '{"a":"tab\\there"}'],
    ['{"a":NaN}', '{"a":NaN}'],
    ["  [ 1 , -0.5e3 ] ", "[1,-0.5e3]"],
  ])("reads %s", (text, written) => {
    const node = readJson(text);
    expect(node && writeJson(node)).toBe(written);
  });

  it.each(["", "  ", "{", '{"a"}', '{"a":01}', "{a:1}", '{"a":1,}', "[1 2]", '"open', "tru", '{"a":1', "+1", '"\\x"'])(
    "finds %j malformed",
    (text) => {
      expect(readJson(text)).toBeUndefined();
    },
  );

  it("writes doubles as Java does", () => {
    const texts = [0, -0, 1, 0.1, 1e-3, 9.99e-4, 1e7, 9999999, 123456789.5, 1e300, -2.5e-10, Number.NaN].map(
      javaDouble,
    );
    expect(texts.join(" ")).toBe("0.0 -0.0 1.0 0.1 0.001 9.99E-4 1.0E7 9999999.0 1.234567895E8 1.0E300 -2.5E-10 NaN");
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        expect(Number(javaDouble(value))).toBe(value);
      }),
    );
  });
});
