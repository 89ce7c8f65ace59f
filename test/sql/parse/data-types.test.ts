/** Data types, schemas as DDL and identifiers. */
import { describe, expect, test } from "vitest";
import { schemaText, typeText } from "../../../src/schema/type-text.js";
import { parseDataType, parseIdentifier, parseSchema } from "../../../src/sql/parse/parse.js";

describe("parseDataType", () => {
  test.each([
    ["INT", "int"],
    ["integer", "int"],
    ["long", "bigint"],
    ["byte", "tinyint"],
    ["real", "float"],
    ["dec", "decimal(10,0)"],
    ["numeric(5)", "decimal(5,0)"],
    ["decimal(38, 18)", "decimal(38,18)"],
    ["timestamp_ltz", "timestamp"],
    ["varchar(10)", "string"],
    ["string collate UTF8_BINARY", "string"],
    ["array<array<array<int>>>", "array<array<array<int>>>"],
    [
      "map<string, struct<a: int, `b c` array<date> not null comment 'x'>>",
      "map<string,struct<a:int,`b c`:array<date>>>",
    ],
    ["struct<>", "struct<>"],
    ["interval year to month", "interval year to month"],
    ["interval day", "interval day"],
    ["variant", "variant"],
    ["void", "void"],
  ])("%s", (text, expected) => {
    expect(typeText(parseDataType(text))).toBe(expected);
  });

  test.each(["array<int", "array<int>>", "map<string>", "decimal(3,5)", "int int", ""])("%s is refused", (text) => {
    expect(() => parseDataType(text)).toThrow("PARSE_SYNTAX_ERROR");
  });
});

describe("parseSchema", () => {
  test("columns with their constraints", () => {
    const schema = parseSchema(
      "a INT NOT NULL COMMENT 'x', s STRUCT<b: ARRAY<STRING>>, m MAP<STRING,INT>, d DECIMAL(10,2), v VARCHAR(3)",
    );
    expect(schemaText(schema)).toBe(
      "a INT NOT NULL, s STRUCT<b:ARRAY<STRING>>, m MAP<STRING,INT>, d DECIMAL(10,2), v STRING",
    );
    expect(schema.fields.map((field) => field.metadata)).toEqual([
      { comment: "x" },
      {},
      {},
      {},
      { __CHAR_VARCHAR_TYPE_STRING: "varchar(3)" },
    ]);
  });

  test("what stands behind >> is the column's own", () => {
    const schema = parseSchema(
      "s STRUCT<t: STRUCT<u: INT COMMENT 'inner'>> NOT NULL COMMENT 'outer', v STRUCT<w: INT NOT NULL>",
    );
    const [s, v] = schema.fields;
    expect(s).toMatchObject({ nullable: false, metadata: { comment: "outer" } });
    const inner = { name: "u", nullable: true, metadata: { comment: "inner" } };
    const middle = { name: "t", nullable: true, metadata: {}, dataType: { fields: [inner] } };
    expect(s?.dataType).toMatchObject({ fields: [middle] });
    expect(v?.dataType).toMatchObject({ fields: [{ name: "w", nullable: false }] });
  });

  test("no columns, and a struct", () => {
    expect(parseSchema("").fields).toEqual([]);
    expect(schemaText(parseSchema("struct<a: int, b: string>"))).toBe("a INT, b STRING");
  });
});

test("parseIdentifier", () => {
  expect(parseIdentifier("a.`b c`.d")).toEqual(["a", "b c", "d"]);
  expect(() => parseIdentifier("a..b")).toThrow("PARSE_SYNTAX_ERROR");
});
