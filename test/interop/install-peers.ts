/** Before all tests: installs the peers where they are missing, so that no test's time runs out over it. */
import { execFileSync } from "node:child_process";
import { join } from "node:path";

export default function installPeers(): void {
  execFileSync(join(import.meta.dirname, "peers.sh"), { stdio: ["ignore", "ignore", "inherit"] });
}
