#!/usr/bin/env node
/** The command `lakelet`. The version is answered before anything is loaded. */
const [first, ...others] = process.argv.slice(2);

if ((first === "--version" || first === "-V") && others.length === 0) {
  const { readFileSync } = await import("node:fs");
  const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));
  process.stdout.write(`${version}\n`);
} else {
  const { runProgram } = await import("./program.js");
  await runProgram(process.argv);
}
