/** What lakelet.yml says of alerts: the mail server, and the destinations that job specs name by their id. */
import { z } from "zod";

const text = z.string().min(1);
const ENVIRONMENT = /\$\{env\.[A-Za-z_][A-Za-z0-9_]*\}/;

/** A text may stand for a variable that is known only when something is sent. */
function urlOf(schemes: readonly string[]) {
  const message = `must be a URL that begins with ${schemes.map((one) => `${one}://`).join(" or ")}`;
  return text.refine((value) => ENVIRONMENT.test(value) || isUrlOf(value, schemes), { message });
}

/** Whether it is a URL of one of the schemes. */
export function isUrlOf(value: string, schemes: readonly string[]): boolean {
  try {
    return schemes.includes(new URL(value).protocol.slice(0, -1));
  } catch {
    return false;
  }
}

export const MAIL_SCHEMES = ["smtp", "smtps"] as const;
export const WEB_SCHEMES = ["https", "http"] as const;
const webUrl = urlOf(WEB_SCHEMES);

export const smtpSettings = z.strictObject({
  url: urlOf(MAIL_SCHEMES),
  from: text.optional(),
  user: text.optional(),
  password: text.optional(),
});
export type SmtpSettings = z.infer<typeof smtpSettings>;

const headers = z.record(z.string().regex(/^[\w-]+$/, "must be a header's name: letters, digits, `-` and `_`"), text);

/** By their type, so that a mistake is told against the keys of that type alone. */
export const destinationSettings = {
  slack: z.strictObject({ type: z.literal("slack"), url: webUrl }),
  teams: z.strictObject({ type: z.literal("teams"), url: webUrl }),
  pagerduty: z.strictObject({ type: z.literal("pagerduty"), integration_key: text, url: webUrl.optional() }),
  webhook: z.strictObject({
    type: z.literal("webhook"),
    url: webUrl,
    username: text.optional(),
    password: text.optional(),
    headers: headers.optional(),
  }),
  email: z.strictObject({ type: z.literal("email"), addresses: z.array(text).min(1) }),
} as const;
export type DestinationType = keyof typeof destinationSettings;
export const DESTINATION_TYPES = Object.keys(destinationSettings) as [DestinationType, ...DestinationType[]];

/** The type alone: the rest is checked by the schema of that type. */
export const anyDestination = z.looseObject({ type: z.enum(DESTINATION_TYPES) });

export type DestinationSettings = {
  [Type in DestinationType]: z.infer<(typeof destinationSettings)[Type]>;
}[DestinationType];

/** As the file has it: references to the environment are not resolved yet, so that no secret lies about in a process that sends nothing. */
export interface NotificationSettings {
  readonly smtp: SmtpSettings | undefined;
  readonly destinations: Readonly<Record<string, DestinationSettings>>;
}
