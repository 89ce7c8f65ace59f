/** The end of every command that writes: audit, make durable, commit, and compact what has become many small files. */
import type { CommandContext } from "./contract.js";
import { compactAfterWrite } from "./optimize/auto-compaction.js";
import { type AuditedWrite, commitStaged, type Publication } from "./staged-commit.js";

export type { AuditedWrite, Publication };

/** Gives the committed version. Throws the named conflict, or the error of an outcome that stays unknown. */
export async function publish(context: CommandContext, publication: Publication): Promise<number> {
  const writeId = publication.writeId ?? crypto.randomUUID();
  await audit(publication, writeId);
  const version = await commitStaged(context, publication, writeId);
  await compactAfterWrite(context, publication.target, publication.transaction.snapshot, publication.actions);
  return version;
}

/** Shows the staged files to the hook; rows held back are its business, and their files go afterwards. */
export async function audit(write: AuditedWrite, writeId: string): Promise<void> {
  const { target, transaction, staged, rows, schema, options } = write;
  const { snapshot } = transaction;
  const properties = write.properties ?? snapshot?.metadata.configuration ?? {};
  await options.hook?.beforeCommit?.({ target, snapshot, schema, properties, ...rows, writeId });
  await staged.delete(rows.heldBack.map(({ file }) => file));
}
