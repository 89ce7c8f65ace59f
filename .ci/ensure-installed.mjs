/** Makes `npm test` and `npm run demo` work right after a clone: installs (which builds) where that has not been done. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const npm = process.platform === "win32" ? "npm.cmd" : "npm";

function run(...args) {
  const { status } = spawnSync(npm, args, { cwd: root, stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);
}

if (!existsSync(`${root}/node_modules/.package-lock.json`)) run("ci", "--no-audit", "--no-fund");
else if (!existsSync(`${root}/dist/cli/main.js`)) run("run", "build");
