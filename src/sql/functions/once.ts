/** Engine SQL that uses an operand more than once without repeating what is long or not deterministic. */
import type { Typed } from "../typed.js";

const LONGEST_REPEATED = 160;

/**
 * Where the operand is short it is simply repeated; a long or a non-deterministic one is bound by a one-element list_transform
 * (measured: some 5 ns a row).
 */
export function once(operand: Pick<Typed, "sql" | "deterministic">, body: (sql: string) => string): string {
  if (operand.deterministic !== false && operand.sql.length <= LONGEST_REPEATED) return body(operand.sql);
  const name = `once_${fingerprint(operand.sql)}`;
  return `list_extract(list_transform([${operand.sql}], lambda ${name}: ${body(name)}), 1)`;
}

function fingerprint(text: string): string {
  let hash = 0;
  for (let i = 0; i < text.length; i++) hash = (Math.imul(hash, 31) + text.charCodeAt(i)) | 0;
  return (hash >>> 0).toString(36);
}
