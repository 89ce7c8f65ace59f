import { describe, expect, it } from "vitest";
import type { Metadata, Protocol } from "../../src/delta/actions.js";
import { planFeatureRemoval, protectedRemoval, protocolWithout } from "../../src/delta/feature-removal.js";
import { checkReadable, checkWritable, protocolFeatures, protocolFor } from "../../src/delta/protocol.js";
import { separateProtocolRequest } from "../../src/delta/protocol-request.js";
import { TABLE_FEATURES } from "../../src/delta/table-feature.js";
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
    const listed = ["futureVectors", "timestampNtz", "blahabl"];
    const protocol = features(listed, listed);
    expect(refusal(checkReadable, protocol)).toEqual(["DELTA_UNSUPPORTED_FEATURES_FOR_READ", "futureVectors, blahabl"]);
    expect(refusal(checkWritable, protocol)).toEqual(["DELTA_UNSUPPORTED_FEATURES_FOR_READ", "futureVectors, blahabl"]);
  });

  it("of an unknown writer feature refuses only writes", () => {
    const protocol = features([], ["appendOnly", "icebergCompatV3", "blahabl"]);
    expect(refusal(checkReadable, protocol)).toBeUndefined();
    expect(refusal(checkWritable, protocol)).toEqual([
      "DELTA_UNSUPPORTED_FEATURES_FOR_WRITE",
      "icebergCompatV3, blahabl",
    ]);
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
    const used: readonly (readonly [string, Metadata])[] = [
      ["columnMapping", uses({ "delta.columnMapping.mode": "name" })],
      ["changeDataFeed", uses({ "delta.enableChangeDataFeed": "true" })],
      ["checkConstraints", uses({ "delta.constraints.c": "a > 0" })],
      ["invariants", uses({}, { "delta.invariants": "{}" })],
      ["generatedColumns", uses({}, { "delta.generationExpression": "1" })],
      ["identityColumns", uses({}, { "delta.identity.start": 1 })],
    ];
    for (const [name, table] of used) {
      const { read, write } = TABLE_FEATURES[name] ?? { read: "no", write: "no" };
      const refusedRead = read === "yes" ? undefined : ["DELTA_UNSUPPORTED_FEATURES_FOR_READ", name];
      const refusedWrite = write === "yes" ? undefined : ["DELTA_UNSUPPORTED_FEATURES_FOR_WRITE", name];
      // In use is in use, whether or not the protocol admits it.
      for (const protocol of [legacy, features([], [])]) {
        expect(refusal(checkReadable, protocol, table)).toEqual(refusedRead);
        expect(refusal(checkWritable, protocol, table)).toEqual(refusedRead ?? refusedWrite);
      }
    }
  });

  it("of Iceberg's compatibility is written only while that is not in use", () => {
    const listed = features([], ["icebergCompatV1", "columnMapping"]);
    expect(refusal(checkReadable, listed)).toBeUndefined();
    const inUse = metadata({ configuration: { "delta.enableIcebergCompatV1": "true" } });
    expect(refusal(checkWritable, listed, inUse)).toEqual(["DELTA_UNSUPPORTED_FEATURES_FOR_WRITE", "icebergCompatV1"]);
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

describe("the protocol of a table", () => {
  const named = (writer: readonly string[], reader?: readonly string[]): Protocol => ({
    minReaderVersion: reader === undefined ? 1 : 3,
    minWriterVersion: 7,
    ...(reader === undefined ? {} : { readerFeatures: reader }),
    writerFeatures: ["appendOnly", "invariants", ...writer],
  });
  const versions = (minReaderVersion: number, minWriterVersion: number): Protocol => ({
    minReaderVersion,
    minWriterVersion,
  });
  const mapping = { "delta.columnMapping.mode": "name" };
  const feed = { "delta.enableChangeDataFeed": "true" };

  // Each as Spark 4.0.1 with Delta 4.0.1 makes it, on CREATE and on ALTER of a 1/2 table alike.
  const cases: readonly (readonly [
    properties: Readonly<Record<string, string>>,
    create: Protocol,
    alter?: Protocol,
  ])[] = [
    [{}, versions(1, 2)],
    [{ "delta.constraints.c": "a > 0" }, versions(1, 3)],
    [feed, named(["changeDataFeed"])],
    [{ ...feed, "delta.constraints.c": "a > 0" }, named(["checkConstraints", "changeDataFeed"])],
    [mapping, { ...named(["columnMapping"]), minReaderVersion: 2 }],
    [
      { ...mapping, "delta.enableInCommitTimestamps": "true" },
      { ...named(["columnMapping", "inCommitTimestamp"]), minReaderVersion: 2 },
    ],
    [{ "delta.enableDeletionVectors": "true" }, named(["deletionVectors"], ["deletionVectors"])],
    [
      { ...mapping, "delta.enableDeletionVectors": "true" },
      named(["columnMapping", "deletionVectors"], ["columnMapping", "deletionVectors"]),
    ],
    [{ "delta.enableRowTracking": "true" }, named(["rowTracking", "domainMetadata"])],
    [
      { "delta.enableIcebergCompatV1": "true", ...mapping },
      { ...named(["columnMapping", "icebergCompatV1"]), minReaderVersion: 2 },
    ],
    [{ "delta.feature.checkConstraints": "supported" }, versions(1, 3)],
    [{ "delta.feature.domainMetadata": "enabled" }, named(["domainMetadata"])],
    [{ "delta.minReaderVersion": "1", "delta.minWriterVersion": "1" }, versions(1, 1), versions(1, 2)],
    [{ "delta.minReaderVersion": "1", "delta.minWriterVersion": "4" }, versions(1, 4)],
    [{ "delta.minReaderVersion": "2", "delta.minWriterVersion": "5" }, versions(2, 5)],
    [{ "delta.minReaderVersion": "2", "delta.minWriterVersion": "5", ...mapping }, versions(2, 5)],
    [{ "delta.minReaderVersion": "2", "delta.minWriterVersion": "4" }, versions(1, 4)],
    [{ "delta.minWriterVersion": "5" }, versions(1, 4)],
    [{ "delta.minReaderVersion": "3", "delta.minWriterVersion": "7" }, versions(1, 1), versions(1, 2)],
  ];

  it.each(cases.map(([properties, create, alter]) => ({ properties, create, alter: alter ?? create })))(
    "with $properties is the one that Spark makes",
    ({ properties, create, alter }) => {
      const separated = separateProtocolRequest(properties);
      const table = metadata({ configuration: separated.properties });
      expect(protocolFor(table, undefined, separated.request)).toEqual(create);
      expect(protocolFor(table, versions(1, 2), separated.request)).toEqual(alter);
    },
  );

  it("goes on naming features, and lists those that older versions stood for", () => {
    const old = versions(2, 5);
    const upgraded = protocolFor(metadata({ configuration: { "delta.enableDeletionVectors": "true" } }), old);
    expect(upgraded).toEqual(
      features(
        ["columnMapping", "deletionVectors"],
        ["appendOnly", "invariants", "checkConstraints", "changeDataFeed", "generatedColumns", "columnMapping"].concat(
          "deletionVectors",
        ),
      ),
    );
    expect(protocolFor(metadata({ configuration: { "delta.constraints.c": "a > 0" } }), upgraded)).toBe(upgraded);
    const preview = features(["typeWidening-preview"], ["typeWidening-preview"]);
    expect(protocolFor(metadata({ configuration: { "delta.enableTypeWidening": "true" } }), preview)).toBe(preview);
  });

  it("is asked for by known names and versions only", () => {
    const conditionOf = (properties: Readonly<Record<string, string>>): unknown => {
      try {
        return separateProtocolRequest(properties);
      } catch (error) {
        return (error as { condition: string }).condition;
      }
    };
    expect(conditionOf({ "delta.feature.foo": "supported" })).toBe("DELTA_UNSUPPORTED_FEATURES_IN_CONFIG");
    expect(conditionOf({ "delta.feature.appendOnly": "yes" })).toBe("DELTA_UNSUPPORTED_FEATURE_STATUS");
    expect(conditionOf({ "delta.minWriterVersion": "8" })).toBe("DELTA_INVALID_PROTOCOL_VERSION");
    expect(conditionOf({ "delta.feature.APPENDONLY": "supported", "delta.appendOnly": "true", x: "y" })).toEqual({
      properties: { "delta.appendOnly": "true", x: "y" },
      request: { features: ["appendOnly"] },
    });
  });
});

describe("a feature that is dropped", () => {
  const table = (
    writer: readonly string[],
    reader: readonly string[] = [],
    configuration: Readonly<Record<string, string>> = {},
  ) => ({ protocol: features(reader, ["appendOnly", "invariants", ...writer]), metadata: metadata({ configuration }) });
  const conditionOf = (of: ReturnType<typeof table>, name: string, truncate = false): string | undefined => {
    try {
      planFeatureRemoval(of, name, truncate);
      return undefined;
    } catch (error) {
      return (error as { condition: string }).condition;
    }
  };

  it("is refused where Spark refuses it", () => {
    const vectors = table(["deletionVectors"], ["deletionVectors"]);
    expect(conditionOf(vectors, "foo")).toBe("DELTA_FEATURE_DROP_UNSUPPORTED_CLIENT_FEATURE");
    expect(conditionOf(vectors, "v2Checkpoint")).toBe("DELTA_FEATURE_DROP_FEATURE_NOT_PRESENT");
    expect(conditionOf(vectors, "appendOnly")).toBe("DELTA_FEATURE_DROP_NONREMOVABLE_FEATURE");
    expect(conditionOf(table(["inCommitTimestamp"]), "inCommitTimestamp", true)).toBe(
      "DELTA_FEATURE_DROP_HISTORY_TRUNCATION_NOT_ALLOWED",
    );
    expect(conditionOf(table(["checkpointProtection"]), "checkpointProtection")).toBe(
      "DELTA_FEATURE_CAN_ONLY_DROP_CHECKPOINT_PROTECTION_WITH_HISTORY_TRUNCATION",
    );
    expect(conditionOf(table(["checkConstraints"], [], { "delta.constraints.c": "a > 0" }), "checkConstraints")).toBe(
      "DELTA_CANNOT_DROP_CHECK_CONSTRAINT_FEATURE",
    );
    expect(conditionOf(table(["columnMapping", "icebergCompatV1"], ["columnMapping"]), "columnMapping")).toBe(
      "DELTA_FEATURE_DROP_DEPENDENT_FEATURE",
    );
  });

  it("leaves the lowest protocol; older versions that bind readers are protected by checkpoints", () => {
    const vectors = table(["deletionVectors"], ["deletionVectors"]);
    expect(planFeatureRemoval(vectors, "DELETIONVECTORS", false)).toEqual({
      feature: "deletionVectors",
      properties: { "delta.enableDeletionVectors": null },
      trace: "deletion-vectors",
      history: "protect",
    });
    expect(planFeatureRemoval(vectors, "deletionVectors", true).history).toBe("truncate");
    expect(planFeatureRemoval(table(["inCommitTimestamp"]), "inCommitTimestamp", false).history).toBe("none");
    expect(protocolWithout(vectors.protocol, "deletionVectors")).toEqual({ minReaderVersion: 1, minWriterVersion: 2 });
    expect(protectedRemoval(vectors.protocol, "deletionVectors", 7)).toEqual({
      protocol: {
        minReaderVersion: 1,
        minWriterVersion: 7,
        writerFeatures: ["appendOnly", "invariants", "checkpointProtection"],
      },
      properties: { "delta.requireCheckpointProtectionBeforeVersion": "7" },
    });
  });
});
