import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { rowsOf, useSession } from "../support/session.js";

const lake = useSession({ durable: false });

test("hints of types reach into structs, arrays and maps, and leave their neighbours as inferred", async () => {
  const event = { id: 1, user: { id: 7, name: "Ada" }, items: [{ sku: "a", price: "1.50" }] };
  const file = join(lake.folder, "events.json");
  writeFileSync(file, `${JSON.stringify(event)}\n`);
  const hints =
    "user.id INT, items.element.price DECIMAL(6, 2), `user`.since DATE COMMENT 'a, b', tags MAP<STRING, STRING>, tags.value INT, id BIGINT";
  const files = `read_files('${file}', format => 'json', schemaHints => "${hints}")`;
  expect(await rowsOf(lake.spark, `SELECT user.id, user.name, items[0].price FROM ${files}`)).toEqual([
    [7, "Ada", "1.50"],
  ]);
  const schema = await (await lake.spark.sql(`SELECT id, items, tags, user FROM ${files}`)).schema();
  const types = await rowsOf(lake.spark, `SELECT typeof(items), typeof(tags), typeof(user) FROM ${files}`);
  expect(schema.fields.map(({ name }) => name)).toEqual(["id", "items", "tags", "user"]);
  expect(types).toEqual([
    ["array<struct<price:decimal(6,2),sku:string>>", "map<string,int>", "struct<id:int,name:string,since:date>"],
  ]);
});
