/** The mail server and the destinations as they are used: the environment's values in, addresses checked, secrets known. */
import { hostname } from "node:os";
import { type Redact, redaction, secretsOfUrl } from "../jobs/secrets/redaction.js";
import { isUrlOf, MAIL_SCHEMES, type NotificationSettings, type SmtpSettings, WEB_SCHEMES } from "./settings.js";

export interface MailServer {
  readonly url: string;
  readonly from: string;
  readonly user: string | undefined;
  readonly password: string | undefined;
}

export type Destination =
  | { readonly type: "slack" | "teams"; readonly url: string }
  | { readonly type: "pagerduty"; readonly url: string; readonly integrationKey: string }
  | { readonly type: "webhook"; readonly url: string; readonly headers: Readonly<Record<string, string>> }
  | { readonly type: "email"; readonly addresses: readonly string[] };

/** What keeps a mail server or destination from being used. */
export interface SettingsProblem {
  /** In lakelet.yml. */
  readonly path: readonly string[];
  readonly message: string;
}

export interface Destinations {
  readonly mailServer: MailServer | undefined;
  /** By the id that specs give; without those that cannot be used. */
  readonly byId: ReadonlyMap<string, Destination>;
  readonly problems: readonly SettingsProblem[];
  /** What of it must not be shown. */
  readonly secrets: readonly string[];
  readonly redact: Redact;
}

const PAGERDUTY_URL = "https://events.pagerduty.com/v2/enqueue";

/** @param environment where `${env.NAME}` is looked up */
export function resolveDestinations(
  settings: NotificationSettings,
  environment: Readonly<Record<string, string | undefined>>,
): Destinations {
  const problems: SettingsProblem[] = [];
  const secrets: string[] = [];
  const attempt = <Value>(resolve: () => Value): Value | undefined => {
    try {
      return resolve();
    } catch (error) {
      if (!(error instanceof Unusable)) throw error;
      problems.push({ path: error.path, message: error.message });
      return undefined;
    }
  };
  const source: Source = { environment, secret: (value) => secrets.push(value) };
  const { smtp } = settings;
  const mailServer = smtp && attempt(() => mailServerOf(smtp, source));
  const byId = new Map<string, Destination>();
  for (const [id, one] of Object.entries(settings.destinations)) {
    const destination = attempt(() => destinationOf(one, ["destinations", id], source));
    if (destination) byId.set(id, destination);
  }
  return { mailServer, byId, problems, secrets, redact: redaction(secrets) };
}

class Unusable extends Error {
  constructor(
    readonly path: readonly string[],
    message: string,
  ) {
    super(message);
  }
}

interface Source {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Notes a value that must not be shown. */
  readonly secret: (value: string) => void;
}

function expanded(value: string, path: readonly string[], { environment }: Source): string {
  return value.replace(/\$\{env\.([A-Za-z_][A-Za-z0-9_]*)\}/g, (_, name: string) => {
    const found = environment[name];
    if (found !== undefined && found !== "") return found;
    throw new Unusable(path, `\`${path.join(".")}\`: the environment variable ${name} is not set.`);
  });
}

function secretText(value: string, path: readonly string[], source: Source): string {
  const secret = expanded(value, path, source);
  source.secret(secret);
  return secret;
}

function urlText(value: string, path: readonly string[], schemes: readonly string[], source: Source): string {
  const url = expanded(value, path, source);
  // The value itself is not told: it may be a secret in the wrong variable.
  if (!isUrlOf(url, schemes)) {
    throw new Unusable(path, `\`${path.join(".")}\` is no URL that begins with ${schemes.join(":// or ")}://.`);
  }
  for (const secret of secretsOfUrl(url)) source.secret(secret);
  return url;
}

function mailServerOf(settings: SmtpSettings, source: Source): MailServer {
  const url = urlText(settings.url, ["smtp", "url"], MAIL_SCHEMES, source);
  const { username, password } = new URL(url);
  const of = (key: "user" | "password", inUrl: string): string | undefined => {
    const given = settings[key];
    if (given === undefined) return inUrl === "" ? undefined : decodeURIComponent(inUrl);
    return key === "password" ? secretText(given, ["smtp", key], source) : expanded(given, ["smtp", key], source);
  };
  const from =
    settings.from === undefined ? `lakelet@${hostname()}` : expanded(settings.from, ["smtp", "from"], source);
  return { url, from, user: of("user", username), password: of("password", password) };
}

function destinationOf(
  settings: NotificationSettings["destinations"][string],
  path: readonly string[],
  source: Source,
): Destination {
  const at = (key: string) => [...path, key];
  switch (settings.type) {
    case "email":
      return { type: "email", addresses: settings.addresses.map((one) => expanded(one, at("addresses"), source)) };
    case "pagerduty": {
      const url = settings.url === undefined ? PAGERDUTY_URL : urlText(settings.url, at("url"), WEB_SCHEMES, source);
      return {
        type: "pagerduty",
        url,
        integrationKey: secretText(settings.integration_key, at("integration_key"), source),
      };
    }
    case "webhook": {
      const url = urlText(settings.url, at("url"), WEB_SCHEMES, source);
      const headers = Object.entries(settings.headers ?? {}).map(([name, value]): [string, string] => [
        name,
        secretText(value, [...at("headers"), name], source),
      ]);
      const { username, password = "" } = settings;
      if (username !== undefined) {
        const user = expanded(username, at("username"), source);
        const secret = password === "" ? "" : secretText(password, at("password"), source);
        const credentials = Buffer.from(`${user}:${secret}`, "utf8").toString("base64");
        source.secret(credentials);
        headers.push(["Authorization", `Basic ${credentials}`]);
      }
      return { type: "webhook", url, headers: Object.fromEntries(headers) };
    }
    default:
      return { type: settings.type, url: urlText(settings.url, at("url"), WEB_SCHEMES, source) };
  }
}
