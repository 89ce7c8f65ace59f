/** What ALTER TABLE can be asked to do, as data: one alteration is one commit of metadata. */
import type { TableAlteration } from "../../schema/alteration.js";

export type Alteration = TableAlteration | { readonly kind: "comment"; readonly comment: string | null };
