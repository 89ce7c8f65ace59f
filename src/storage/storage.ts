/** What the log and the commands need of a file system; object stores can implement it later. Paths are absolute. */

export interface FileEntry {
  /** Name within the listed folder. */
  readonly name: string;
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** Milliseconds since the epoch. */
  readonly modifiedAt: number;
}

export interface FolderEntry {
  readonly name: string;
  /** A link is told as such, wherever it points. */
  readonly kind: "file" | "folder" | "link";
}

export type PutResult = "created" | "exists";

export interface Storage {
  /** The files (not folders) of a folder in name order, from the given name on (inclusive); none where the folder is missing. */
  list(folder: string, options?: { readonly from?: string }): Promise<readonly FileEntry[]>;
  /** Names of the sub-folders in name order; none where the folder is missing. */
  listFolders(folder: string): Promise<readonly string[]>;
  /** What is in a folder, in no order and without a look at the files; nothing where the folder is missing. */
  entries(folder: string): Promise<readonly FolderEntry[]>;
  /** What a name stands for, links not followed; undefined where it is missing. */
  lstat(path: string): Promise<(FileEntry & Pick<FolderEntry, "kind">) | undefined>;
  /** The path without symbolic links, or undefined where nothing is there. */
  realPath(path: string): Promise<string | undefined>;
  /** Bytes of a file. Throws `FILE_NOT_EXIST`. */
  read(path: string): Promise<Uint8Array>;
  /** Bytes of a part of a file, fewer where the file ends before. Throws `FILE_NOT_EXIST`. */
  readRange(path: string, offset: number, length: number): Promise<Uint8Array>;
  /** UTF-8 text of a file. Throws `FILE_NOT_EXIST`. */
  readText(path: string): Promise<string>;
  /** The entry of a file, or undefined where it is missing. */
  stat(path: string): Promise<FileEntry | undefined>;
  /**
   * Durable create: temp file written and fsynced, `link()` to the name (which fails if it exists), folder fsynced.
   * Throws FAILED_WRITE_FILE where surely nothing has the name; FAILED_WRITE_FILE.UNKNOWN_OUTCOME where the link failed and the caller must
   * look for its own content before anything else; FAILED_WRITE_FILE.NOT_DURABLE where the file is there but its folder could not be flushed.
   */
  putIfAbsent(path: string, content: string | Uint8Array): Promise<PutResult>;
  /** Durable replace: temp file written and fsynced, renamed over the name, folder fsynced. */
  replace(path: string, content: string | Uint8Array): Promise<void>;
  /** Makes files that others wrote durable: each file is fsynced, then each of their folders up to (and with) `root`. */
  sync(paths: readonly string[], root: string): Promise<void>;
  createFolder(path: string): Promise<void>;
  /** Moves a file or folder within the same storage. */
  rename(from: string, to: string): Promise<void>;
  /** Deletes a file; nothing happens where it is missing. */
  delete(path: string): Promise<void>;
  /** Copies a file to a name that nothing has yet; not flushed, see {@link Storage.sync}. Throws `FILE_NOT_EXIST`. */
  copy(from: string, to: string): Promise<void>;
  /** Deletes a folder if nothing is in it; true where it is gone. */
  deleteEmptyFolder(path: string): Promise<boolean>;
  /** Deletes a folder with all in it; nothing happens where it is missing. */
  deleteFolder(path: string): Promise<void>;
}
