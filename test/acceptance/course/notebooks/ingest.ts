// %% An API that is down at first
import { existsSync, writeFileSync } from "node:fs";
import { dbutils } from "lakelet/notebook";

dbutils.widgets.text("marker", "");
const marker = dbutils.widgets.get("marker");
if (!existsSync(marker)) {
  writeFileSync(marker, "");
  throw new Error("503 Service Unavailable");
}
dbutils.notebook.exit("ingested");
