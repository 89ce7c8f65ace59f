import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Action } from "../../src/delta/actions.js";
import { parseActions, printActions } from "../../src/delta/commit-file.js";
import { absolutePath, fileKey, logPath } from "../../src/delta/file-path.js";
import { parseLossless } from "../../src/delta/lossless-json.js";
import { enginePartitionValue, partitionValue } from "../../src/delta/partition-value.js";
import { intervalProperty } from "../../src/delta/table-properties.js";
import { BINARY, DATE, DOUBLE, LONG, STRING, TIMESTAMP, TIMESTAMP_NTZ } from "../../src/schema/data-type.js";

const name = fc.string({ unit: "grapheme", minLength: 1 }).filter((text) => !/^\.{1,2}$|[/\0]/.test(text));

describe("the text of a commit", () => {
  it("comes back as it was, stats to the last digit", () => {
    const actions: Action[] = [
      { commitInfo: { timestamp: 1, operation: "WRITE", operationParameters: { a: "[]" } } },
      {
        add: {
          path: "a b",
          partitionValues: { p: null, q: "" },
          size: 1,
          modificationTime: 2,
          dataChange: true,
          stats: '{"maxValues":{"d":12345678901234567890.123}}',
        },
      },
      { remove: { path: "x", dataChange: false, deletionTimestamp: 5 } },
      { txn: { appId: "a", version: 3 } },
      { domainMetadata: { domain: "d", configuration: "\u2028\n", removed: false } },
    ];
    expect(parseActions(printActions(actions), "f")).toEqual(actions);
    expect(printActions(actions).trim().split("\n")).toHaveLength(actions.length);
  });

  it("may have actions that are not known, nulls for absent fields, and parameters of any JSON", () => {
    const text = [
      '{"checkpointMetadata":{"version":1}}',
      '{"add":null,"remove":{"path":"x","deletionTimestamp":null,"dataChange":true}}',
      '{"commitInfo":{"operation":"X","operationParameters":{"a":{"b":1},"c":true,"d":null,"e":"t"}}}\r',
      "",
    ].join("\n");
    expect(parseActions(text, "f")).toEqual([
      { remove: { path: "x", dataChange: true } },
      { commitInfo: { operation: "X", operationParameters: { a: '{"b":1}', c: "true", e: "t" } } },
    ]);
  });
});

describe("lossless JSON", () => {
  it("keeps long numbers as texts, and everything else as JSON.parse", () => {
    expect(
      parseLossless('{"a":[9223372036854775807,-0.1234567890123456789],"b":"9223372036854775807 \\" 1","c":1.5e3}'),
    ).toEqual({
      a: ["9223372036854775807", "-0.1234567890123456789"],
      b: '9223372036854775807 " 1',
      c: 1500,
    });
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const numbersAsText = JSON.stringify(value, (_key, one: unknown) =>
          typeof one === "number" ? String(one) : one,
        );
        const parsed = JSON.stringify(parseLossless(JSON.stringify(value)), (_key, one: unknown) =>
          typeof one === "number" ? String(one) : one,
        );
        expect(parsed).toEqual(numbersAsText);
      }),
    );
  });
});

describe("paths", () => {
  it("are encoded in the log and come back as files", () => {
    expect(logPath("/t", "/t/x=A%2FA/f 1#?.parquet")).toBe("x=A%252FA/f%201%23%3F.parquet");
    expect(logPath("/t", "/other/f.parquet")).toBe("file:///other/f.parquet");
    fc.assert(
      fc.property(fc.array(name, { minLength: 1, maxLength: 3 }), fc.boolean(), (names, inside) => {
        const file = `${inside ? "/t" : "/elsewhere"}/${names.join("/")}`;
        expect(absolutePath("/t", logPath("/t", file))).toBe(file);
      }),
    );
  });

  it("decode once, and a plus stays a plus", () => {
    expect(absolutePath("/t", "x=A%252FA/a+b%20c.parquet")).toBe("/t/x=A%2FA/a+b c.parquet");
    expect(absolutePath("/t", "file:/data/a%20b")).toBe("/data/a b");
    expect(absolutePath("/t", "/data/a")).toBe("/data/a");
    expect(absolutePath("/t", "100%.parquet")).toBe("/t/100%.parquet");
  });

  it("are the same file in either spelling, but not with another deletion vector", () => {
    expect(fileKey({ path: "file:/a%20b" })).toBe(fileKey({ path: "file:///a b" }));
    const vector = { storageType: "u", pathOrInlineDv: "ab", sizeInBytes: 1, cardinality: 1 } as const;
    const keys = [
      { path: "a" },
      { path: "a", deletionVector: vector },
      { path: "a", deletionVector: { ...vector, offset: 1 } },
    ].map(fileKey);
    expect(new Set(keys).size).toBe(3);
  });
});

describe("partition values", () => {
  it("are texts of the protocol", () => {
    expect(partitionValue(TIMESTAMP, "2024-01-01 10:00:00.5+00")).toBe("2024-01-01T10:00:00.500000Z");
    expect(partitionValue(TIMESTAMP_NTZ, "2024-01-01 10:00:00")).toBe("2024-01-01 10:00:00.000000");
    expect(partitionValue(DATE, "2024-01-01")).toBe("2024-01-01");
    expect(partitionValue(DOUBLE, "inf")).toBe("Infinity");
    expect(partitionValue(LONG, "-5")).toBe("-5");
    expect(() => partitionValue(TIMESTAMP, "infinity")).toThrow("DELTA_INVALID_PARTITION_VALUE");
    expect(() => partitionValue(BINARY, "\\xFF")).toThrow("DELTA_INVALID_PARTITION_VALUE");
  });

  it("of NULL, of nothing, and of Hive's name for NULL are NULL", () => {
    for (const text of [null, "", "__HIVE_DEFAULT_PARTITION__"]) {
      expect(partitionValue(STRING, text)).toBeNull();
      expect(enginePartitionValue(STRING, text)).toBeNull();
    }
  });

  it("without a zone are of UTC", () => {
    expect(enginePartitionValue(TIMESTAMP, "2024-01-01 10:00:00")).toBe("2024-01-01 10:00:00Z");
    expect(enginePartitionValue(TIMESTAMP, "2024-01-01 10:00:00.25")).toBe("2024-01-01 10:00:00.25Z");
    expect(enginePartitionValue(TIMESTAMP, "2024-01-01T10:00:00-08:00")).toBe("2024-01-01T10:00:00-08:00");
    expect(enginePartitionValue(TIMESTAMP, "2024-01-01")).toBe("2024-01-01");
  });

  it("of bytes go through the log and back", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", minLength: 1 }), (text) => {
        const engineText = [...new TextEncoder().encode(text)]
          .map((byte) => `\\x${byte.toString(16).padStart(2, "0").toUpperCase()}`)
          .join("");
        expect(enginePartitionValue(BINARY, partitionValue(BINARY, engineText))).toBe(engineText);
      }),
    );
    expect(partitionValue(BINARY, "a\\x01b")).toBe("a\u0001b");
  });
});

describe("the deletion vector of a file", () => {
  const line = (deletionVector: unknown): string =>
    JSON.stringify({
      add: { path: "a", partitionValues: {}, size: 1, modificationTime: 1, dataChange: true, deletionVector },
    });
  const vector = { storageType: "u", pathOrInlineDv: "ab", offset: 1, sizeInBytes: 34, cardinality: 2 };

  it("is refused where a part of it is missing", () => {
    for (const part of ["storageType", "pathOrInlineDv", "sizeInBytes", "cardinality"]) {
      expect(() => parseActions(line({ ...vector, [part]: undefined }), "f")).toThrow("DELTA_MALFORMED_LOG_FILE");
    }
  });

  it("is none where all of it is null", () => {
    const nulls = Object.fromEntries(Object.keys(vector).map((part) => [part, null]));
    const [action] = parseActions(line(nulls), "f");
    expect(action).not.toHaveProperty("add.deletionVector");
    expect(action).toHaveProperty("add.path", "a");
  });
});

describe("interval properties", () => {
  it("are in milliseconds", () => {
    const of = (text: string): number => intervalProperty({ p: text }, "p");
    expect([of("interval 1 week"), of("interval 2 days 3 hours"), of("168 HOURS"), of("INTERVAL 0 seconds")]).toEqual([
      604_800_000, 183_600_000, 604_800_000, 0,
    ]);
    for (const text of ["interval 1 month", "7", "a week", "interval -1 day", "interval 1 day x"]) {
      expect(() => of(text)).toThrow("DELTA_INVALID_TABLE_PROPERTY");
    }
  });
});
