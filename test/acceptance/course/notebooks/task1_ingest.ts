// %% Return output
import { dbutils } from "lakelet/notebook";

const output = {
  rows_ingested: 1000,
  target_table: "bronze_orders",
  max_order_date: "2024-01-15",
};
dbutils.notebook.exit(JSON.stringify(output));
