// %% SLA monitoring - track on-time completion
import { spark } from "lakelet/notebook";

const sla_monitoring = await spark.sql(`
    WITH daily_runs AS (
        SELECT
            DATE(start_time) as run_date,
            COUNT(*) as total_runs,
            SUM(CASE WHEN result_state = 'SUCCESS' THEN 1 ELSE 0 END) as successful_runs,
            SUM(CASE WHEN result_state = 'FAILED' THEN 1 ELSE 0 END) as failed_runs,
            AVG(DATEDIFF(SECOND, start_time, end_time)) as avg_duration_seconds
        FROM system.lakeflow.job_runs
        WHERE job_name = 'KION_Daily_Orders_ETL'
            AND start_time >= current_date() - INTERVAL 30 DAYS
        GROUP BY run_date
    )
    SELECT
        run_date,
        total_runs,
        successful_runs,
        failed_runs,
        ROUND(successful_runs * 100.0 / total_runs, 2) as success_rate_pct,
        ROUND(avg_duration_seconds / 60, 2) as avg_duration_minutes
    FROM daily_runs
    ORDER BY run_date DESC
`);
await sla_monitoring.display();
