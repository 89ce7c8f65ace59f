/**
 * The JavaScript of dist/: a file for each entry, and chunks that they share, so that a module is there once whoever imports it.
 * Some 400 files of their own would take 0.8 ms each to load. `--out` another folder, `--entry` another module of src/ to have as a file.
 */
import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, posix, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { build } from "rolldown";

/** What is loaded by its path: the command, the four imports of package.json's exports, the worker's process. */
const ENTRIES = ["cli/main", "index", "notebook", "pipeline", "testing", "worker"];

/** CommonJS packages are required: for an `import` Node first searches the texts of all their files for names. */
const REQUIRED = ["@duckdb/node-api", "cli-table3", "commander", "papaparse"];

/** Packages of many files that every command reads: bundled, for as chunks they take a third of the time. Their licences go along. */
const BUNDLED = ["yaml", "zod"];

const root = fileURLToPath(new URL("..", import.meta.url));
const source = join(root, "src");
const require = createRequire(import.meta.url);
const { values: options } = parseArgs({
  options: {
    out: { type: "string", default: join(root, "dist") },
    entry: { type: "string", multiple: true, default: [] },
  },
});

const requiredPackages = {
  name: "required-packages",
  resolveId: (id) => (REQUIRED.includes(id) ? { id: `\0${id}`, moduleSideEffects: false } : undefined),
  load(id) {
    const name = id.slice(1);
    if (!id.startsWith("\0") || !REQUIRED.includes(name)) return undefined;
    const names = Object.keys(require(name)).filter((one) => one !== "default" && /^[A-Za-z_]\w*$/.test(one));
    return [
      `import { createRequire } from "node:module";`,
      `const library = createRequire(import.meta.url)("${name}");`,
      "export default library;",
      `export const { ${names.join(", ")} } = library;`,
    ].join("\n");
  },
};

/** A file that is found from where a module stands must be found from its chunk too. */
const keptPlaces = {
  name: "kept-places",
  generateBundle(_, bundle) {
    for (const chunk of Object.values(bundle)) {
      for (const module of chunk.moduleIds ?? []) {
        const place = relative(source, module).split(sep).join("/");
        for (const [, path] of this.getModuleInfo(module)?.code?.matchAll(/new URL\("([^"]*)", import\.meta\.url\)/g) ??
          []) {
          if (posix.join(dirname(place), path) === posix.join(dirname(chunk.fileName), path)) continue;
          throw new Error(`src/${place} looks for ${path}, which is elsewhere from dist/${chunk.fileName}.`);
        }
      }
    }
  },
};

await build({
  cwd: root,
  input: Object.fromEntries([...ENTRIES, ...options.entry].map((entry) => [entry, join(source, `${entry}.ts`)])),
  platform: "node",
  external: (id) => /^[a-z@]/.test(id) && !REQUIRED.includes(id) && !BUNDLED.includes(id),
  plugins: [requiredPackages, keptPlaces],
  transform: { target: "node20.19" },
  output: { dir: options.out, format: "es", sourcemap: true, chunkFileNames: "chunks/[name].js", cleanDir: true },
});
const licences = BUNDLED.map(
  (name) => `${name}\n\n${readFileSync(join(root, "node_modules", name, "LICENSE"), "utf8")}`,
);
writeFileSync(join(options.out, "THIRD_PARTY_LICENSES.txt"), licences.join("\n---\n\n"));
chmodSync(join(options.out, "cli/main.js"), 0o755);
