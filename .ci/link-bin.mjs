/** Lets `npx lakelet` find the command in its own repository, where npm links no bin of the root package. */
import { chmodSync, existsSync, mkdirSync, rmSync, symlinkSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const bin = `${root}/node_modules/.bin`;
chmodSync(`${root}/dist/cli/main.js`, 0o755);
// Installed as a dependency, the package has no node_modules of its own, and npm links the bin itself.
if (existsSync(`${root}/node_modules`)) {
  mkdirSync(bin, { recursive: true });
  rmSync(`${bin}/lakelet`, { force: true });
  symlinkSync("../../dist/cli/main.js", `${bin}/lakelet`);
}
