/** Differences of rows: which belong together, and how they are told. */
import { describe, expect, test } from "vitest";
import { failureLines } from "../../../src/workspace/testing/failure-text.js";
import { type Cells, compareRows } from "../../../src/workspace/testing/row-difference.js";

const compare = (
  expected: readonly Cells[],
  actual: readonly Cells[],
  ordered = false,
  floating = [false, false, false],
) => compareRows(expected, actual, { ordered, floating });

describe("rows in any order", () => {
  test("the same rows are the same, each as often as it is there", () => {
    const rows = [
      ["1", "a", null],
      ["1", "a", null],
      ["2", "b", "x"],
    ];
    expect(compare(rows, [...rows].reverse())).toEqual({ same: 3, differences: [] });
    expect(compare(rows, rows.slice(1)).differences).toEqual([{ kind: "missing", expected: ["1", "a", null] }]);
    expect(compare(rows.slice(1), rows).differences).toEqual([{ kind: "unexpected", actual: ["1", "a", null] }]);
  });

  test("rows that are most alike are one row that changed", () => {
    const { same, differences } = compare(
      [
        ["1", "a", "10"],
        ["2", "b", "20"],
        ["9", "z", "90"],
      ],
      [
        ["2", "b", "21"],
        ["1", "a", "10"],
        ["7", "q", "70"],
      ],
    );
    expect(same).toBe(1);
    expect(differences).toEqual([
      { kind: "changed", expected: ["2", "b", "20"], actual: ["2", "b", "21"], columns: [2] },
      { kind: "missing", expected: ["9", "z", "90"] },
      { kind: "unexpected", actual: ["7", "q", "70"] },
    ]);
  });

  test("NULL is not the text NULL, and not empty", () => {
    expect(compare([[null, "a", "b"]], [["NULL", "a", "b"]]).differences).toHaveLength(1);
    expect(compare([[null, "a", "b"]], [["", "a", "b"]]).differences).toHaveLength(1);
  });

  test("floating-point numbers may differ in their last digits, others may not", () => {
    expect(compare([["1", "0.3", "c"]], [["1", "0.30000000000000004", "c"]], false, [false, true, false])).toEqual({
      same: 1,
      differences: [],
    });
    expect(compare([["1", "0.3", "c"]], [["1", "0.30000000000000004", "c"]]).differences).toHaveLength(1);
  });
});

test("in order, places count", () => {
  const rows = [
    ["1", "a", "x"],
    ["2", "b", "y"],
  ];
  expect(compare(rows, rows, true)).toEqual({ same: 2, differences: [] });
  expect(compare(rows, [...rows].reverse(), true).differences).toHaveLength(2);
});

test("cells that differ are marked below", () => {
  const compared = compare(
    [
      ["1", "a", "10.00"],
      ["3", null, ""],
    ],
    [["1", "a", "12.50"]],
  );
  expect(failureLines({ kind: "rows", what: "main.s.t", columns: ["id", "name", "amount"], compared })).toEqual([
    "main.s.t: 1 changed, 1 missing",
    "    id  name  amount",
    "  - 1   a     10.00",
    "  + 1   a     12.50",
    "              ^^^^^",
    '  - 3   NULL  ""',
  ]);
});
