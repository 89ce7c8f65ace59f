/** Who is told about a run: e-mail, webhooks, health rules. */
import { z } from "zod";

const addresses = z.array(z.string());

export const emailNotifications = z.strictObject({
  no_alert_for_skipped_runs: z.boolean().optional(),
  on_duration_warning_threshold_exceeded: addresses.optional(),
  on_failure: addresses.optional(),
  on_maintenance_complete: addresses.optional(),
  on_maintenance_start: addresses.optional(),
  on_start: addresses.optional(),
  on_streaming_backlog_exceeded: addresses.optional(),
  on_success: addresses.optional(),
});

const destinations = z.array(z.strictObject({ id: z.string().min(1) })).max(3);

export const webhookNotifications = z.strictObject({
  on_duration_warning_threshold_exceeded: destinations.optional(),
  on_failure: destinations.optional(),
  on_maintenance_complete: destinations.optional(),
  on_maintenance_start: destinations.optional(),
  on_start: destinations.optional(),
  on_streaming_backlog_exceeded: destinations.optional(),
  on_success: destinations.optional(),
});

export const jobNotificationSettings = z.strictObject({
  no_alert_for_canceled_runs: z.boolean().optional(),
  no_alert_for_skipped_runs: z.boolean().optional(),
});

export const taskNotificationSettings = jobNotificationSettings.extend({
  alert_on_last_attempt: z.boolean().optional(),
});

export const health = z.strictObject({
  rules: z
    .array(
      z.strictObject({
        metric: z.enum([
          "RUN_DURATION_SECONDS",
          "STREAMING_BACKLOG_BYTES",
          "STREAMING_BACKLOG_RECORDS",
          "STREAMING_BACKLOG_SECONDS",
          "STREAMING_BACKLOG_FILES",
        ]),
        op: z.enum(["GREATER_THAN"]),
        value: z.int(),
      }),
    )
    .optional(),
});
