// %% Custom monitoring
import { col, current_timestamp, dbutils, spark } from "lakelet/notebook";

// Load data
const df = spark.table("bronze_orders");

// Data quality checks
const total_rows = Number(await df.count());
const null_order_ids = Number(await df.filter(col("order_id").isNull()).count());
const null_percentage = (null_order_ids / total_rows) * 100;

// Alert if quality threshold exceeded
if (null_percentage > 5) {
  const error_msg = `Data quality issue: ${null_percentage.toFixed(2)}% null order_ids`;
  console.log(error_msg);

  // Log to monitoring table
  const monitoring_df = spark.createDataFrame([
    {
      job_run_id: dbutils.notebook.entry_point.getDbutils().notebook().getContext().tags().get("jobId").get(),
      check_type: "null_check",
      metric_name: "null_order_id_percentage",
      metric_value: null_percentage,
      threshold: 5.0,
      status: "FAILED",
      timestamp: current_timestamp(),
    },
  ]);
  await monitoring_df.write.format("delta").mode("append").saveAsTable("job_monitoring_metrics");

  // Fail the job
  throw new Error(error_msg);
}

console.log(`Quality check passed: ${null_percentage.toFixed(2)}% null order_ids`);
