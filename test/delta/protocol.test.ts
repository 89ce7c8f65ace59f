import { describe, expect, it } from "vitest";
import type { Metadata, Protocol } from "../../src/delta/actions.js";
import { checkReadable, checkWritable, protocolFeatures, protocolFor } from "../../src/delta/protocol.js";
import { metadata } from "./log-fixture.js";

function features(reader: readonly string[], writer: readonly string[]): Protocol {
  return { minReaderVersion: 3, minWriterVersion: 7, readerFeatures: reader, writerFeatures: writer };
}

/** The condition of the refusal and the features that it names. */
function refusal(check: typeof checkReadable, protocol: Protocol, table: Metadata = metadata()): unknown {
  try {
    check("/t", protocol, table);
    return undefined;
  } catch (error) {
    const { condition, parameters } = error as { condition: string; parameters: Record<string, string> };
    return [condition, parameters.unsupported];
  }
}

describe("a protocol", () => {
  it("of an unknown reader feature refuses reads and writes by its name", () => {
    const protocol = features(
      ["deletionVectors", "timestampNtz", "blahabl"],
      ["deletionVectors", "timestampNtz", "blahabl"],
    );
    expect(refusal(checkReadable, protocol)).toEqual([
      "DELTA_UNSUPPORTED_FEATURES_FOR_READ",
      "deletionVectors, blahabl",
    ]);
    expect(refusal(checkWritable, protocol)).toEqual([
      "DELTA_UNSUPPORTED_FEATURES_FOR_READ",
      "deletionVectors, blahabl",
    ]);
  });

  it("of an unknown writer feature refuses only writes", () => {
    const protocol = features([], ["appendOnly", "rowTracking", "blahabl"]);
    expect(refusal(checkReadable, protocol)).toBeUndefined();
    expect(refusal(checkWritable, protocol)).toEqual(["DELTA_UNSUPPORTED_FEATURES_FOR_WRITE", "rowTracking, blahabl"]);
  });

  it("of versions from the future is refused", () => {
    for (const protocol of [
      { minReaderVersion: 4, minWriterVersion: 7 },
      { minReaderVersion: 1, minWriterVersion: 8 },
    ]) {
      expect(refusal(checkReadable, protocol)).toEqual(["DELTA_INVALID_PROTOCOL_VERSION", undefined]);
    }
  });

  it("of legacy versions is supported as long as the table does not use what is missing", () => {
    const legacy: Protocol = { minReaderVersion: 2, minWriterVersion: 6 };
    const uses = (configuration: Record<string, string>, fieldMetadata = {}): Metadata =>
      metadata({
        configuration,
        schemaString: JSON.stringify({
          type: "struct",
          fields: [
            {
              name: "s",
              type: { type: "struct", fields: [{ name: "a", type: "long", nullable: true, metadata: fieldMetadata }] },
              nullable: true,
              metadata: {},
            },
          ],
        }),
      });
    expect(refusal(checkWritable, legacy)).toBeUndefined();
    const mapped = uses({ "delta.columnMapping.mode": "name" });
    expect(refusal(checkReadable, legacy, mapped)).toEqual(["DELTA_UNSUPPORTED_FEATURES_FOR_READ", "columnMapping"]);
    // The files' columns have other names, whether or not the protocol admits it.
    expect(refusal(checkReadable, features([], []), mapped)).toEqual([
      "DELTA_UNSUPPORTED_FEATURES_FOR_READ",
      "columnMapping",
    ]);
    const writerOnly: readonly (readonly [string, Metadata])[] = [
      ["changeDataFeed", uses({ "delta.enableChangeDataFeed": "true" })],
      ["checkConstraints", uses({ "delta.constraints.c": "a > 0" })],
      ["invariants", uses({}, { "delta.invariants": "{}" })],
      ["generatedColumns", uses({}, { "delta.generationExpression": "1" })],
      ["identityColumns", uses({}, { "delta.identity.start": 1 })],
    ];
    for (const [name, table] of writerOnly) {
      expect(refusal(checkReadable, legacy, table)).toBeUndefined();
      expect(refusal(checkWritable, legacy, table)).toEqual(["DELTA_UNSUPPORTED_FEATURES_FOR_WRITE", name]);
    }
  });

  it("stands for the features of its versions", () => {
    expect(protocolFeatures({ minReaderVersion: 1, minWriterVersion: 2 })).toEqual({
      reader: [],
      writer: ["appendOnly", "invariants"],
    });
    expect(protocolFeatures({ minReaderVersion: 2, minWriterVersion: 5 })).toEqual({
      reader: ["columnMapping"],
      writer: ["appendOnly", "invariants", "checkConstraints", "changeDataFeed", "generatedColumns", "columnMapping"],
    });
  });

  it("of a new table is the lowest that serves", () => {
    expect(protocolFor(metadata())).toEqual({ minReaderVersion: 1, minWriterVersion: 2 });
    const ntz = metadata({
      schemaString:
        '{"type":"struct","fields":[{"name":"l","type":{"type":"array","elementType":"timestamp_ntz","containsNull":true},"nullable":true,"metadata":{}}]}',
    });
    expect(protocolFor(ntz)).toEqual(features(["timestampNtz"], ["appendOnly", "invariants", "timestampNtz"]));
    const upgraded = protocolFor(ntz);
    expect(protocolFor(ntz, upgraded)).toBe(upgraded);
    expect(protocolFor(ntz, { minReaderVersion: 2, minWriterVersion: 5 })).toMatchObject({
      minReaderVersion: 3,
      readerFeatures: ["columnMapping", "timestampNtz"],
    });
  });
});
