// %% Robust error handling
import assert, { AssertionError } from "node:assert";
import { col, dbutils, spark } from "lakelet/notebook";

dbutils.widgets.text("source_table", "bronze_orders");
dbutils.widgets.text("target_table", "silver_orders");

try {
  // Main processing logic
  const df = spark.table(dbutils.widgets.get("source_table"));

  // Validation
  assert((await df.count()) > 0, "Source table is empty");

  // Transformation
  const result_df = df.filter(col("order_id").isNotNull());

  // Write result
  await result_df.write.format("delta").mode("overwrite").saveAsTable(dbutils.widgets.get("target_table"));

  // Return success
  dbutils.notebook.exit(
    JSON.stringify({
      status: "SUCCESS",
      rows_processed: Number(await result_df.count()),
    }),
  );
} catch (e) {
  if (e instanceof AssertionError) {
    // Data validation failure
    console.log(`Validation Error: ${e.message}`);
    dbutils.notebook.exit(
      JSON.stringify({
        status: "FAILED",
        error_type: "VALIDATION_ERROR",
        error_message: e.message,
      }),
    );
  }
  // Unexpected error
  console.log(`Unexpected Error: ${e}`);
  console.trace(e);
  dbutils.notebook.exit(
    JSON.stringify({
      status: "FAILED",
      error_type: "UNEXPECTED_ERROR",
      error_message: String(e),
    }),
  );
}
