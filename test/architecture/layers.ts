/** The layer rules of src/ as data, and the biome overrides made from them. Write them into biome.json: `npm run layers`. */
import { readFileSync, writeFileSync } from "node:fs";

/** From top to bottom: a room may import the ones below it. */
const ROOMS = [
  "cli",
  "server",
  "web",
  "workspace",
  "tasks",
  "pipeline",
  "history",
  "ingest",
  "tables",
  "session",
  "dataframe",
  "commands",
  "sql",
  "duckdb",
  "delta",
  "quality",
  "engine",
  "expression",
  "catalog",
  "scheduler",
  "notifications",
  "jobs",
  "schema",
  "storage",
  "errors",
] as const;
type Room = (typeof ROOMS)[number];

const JOB_WING: readonly Room[] = ["scheduler", "notifications", "jobs"];
const TABLE_WING: readonly Room[] = [
  "ingest",
  "tables",
  "session",
  "dataframe",
  "commands",
  "sql",
  "duckdb",
  "delta",
  "quality",
  "engine",
  "expression",
  "catalog",
];

/** What a room may not import although it lies below. */
const NEVER: Partial<Record<Room, readonly Room[]>> = {
  cli: ROOMS.filter((room) => room !== "cli" && room !== "workspace"),
  commands: ["duckdb", "sql", "quality", "catalog"],
  sql: ["duckdb", "delta", "quality"],
  duckdb: ["delta", "quality", "catalog"],
  delta: ["quality", "catalog"],
  dataframe: ["commands", "sql", "duckdb", "delta", "catalog"],
};

/** Packages that one room alone may import. */
const OWNED_PACKAGES: Readonly<Record<string, Room>> = {
  "@duckdb/node-api": "duckdb",
  "@polyglot-sql/sdk": "sql",
  commander: "cli",
};

function forbiddenRooms(room: Room): readonly Room[] {
  const above = ROOMS.slice(0, ROOMS.indexOf(room));
  const otherWing = TABLE_WING.includes(room) ? JOB_WING : JOB_WING.includes(room) ? TABLE_WING : [];
  return [...new Set([...above, ...(NEVER[room] ?? []), ...otherWing])];
}

/** One biome override a room, and one that spares tests the length of functions (a `describe` is one). */
export function layerOverrides(): readonly unknown[] {
  return [TESTS, ...ROOMS.map(roomOverride)];
}

const TESTS = {
  includes: ["test/**", "bench/**"],
  linter: { rules: { complexity: { noExcessiveLinesPerFunction: "off" }, style: { noExcessiveLinesPerFile: "off" } } },
};

function roomOverride(room: Room): unknown {
  const rooms = forbiddenRooms(room);
  const packages = Object.entries(OWNED_PACKAGES).filter(([, owner]) => owner !== room);
  const patterns = [
    ...(rooms.length > 0
      ? [
          {
            group: rooms.map((one) => `**/${one}/**`),
            message: `Layer rule: src/${room} does not import from there. See docs/architecture.md.`,
          },
        ]
      : []),
    {
      group: packages.map(([name]) => name),
      message: `Layer rule: this package belongs to another room than src/${room}.`,
    },
  ];
  return {
    includes: [`src/${room}/**`],
    linter: { rules: { style: { noRestrictedImports: { level: "error", options: { patterns } } } } },
  };
}

if (process.argv.includes("--write")) {
  const config = JSON.parse(readFileSync("biome.json", "utf8")) as Record<string, unknown>;
  writeFileSync("biome.json", `${JSON.stringify({ ...config, overrides: layerOverrides() }, undefined, 2)}\n`);
}
