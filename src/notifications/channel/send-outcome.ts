/** What became of an attempt to send a message. */
import type { Target } from "../delivery.js";

export type SendOutcome =
  | { readonly kind: "delivered"; readonly detail: string }
  /** It may go better later: the server is away, busy or slow. */
  | {
      readonly kind: "again";
      readonly detail: string;
      /** As the server asked for. */
      readonly afterMs?: number;
      /** Whom it has not reached yet, where it has reached others. */
      readonly remaining?: Target;
    }
  /** It will not go better: the address, the credentials or the message are refused. */
  | { readonly kind: "refused"; readonly detail: string }
  /** Nothing is configured that could send it: it was written to a file. */
  | { readonly kind: "outbox"; readonly detail: string; readonly file: string };
