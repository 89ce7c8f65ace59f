/** Names as folder names: lower-cased and percent-encoded, so that each name has one folder on every file system. */

/** @example folderName("My Table/1") // "my%20table%2F1" */
export function folderName(name: string): string {
  const encoded = encodeURIComponent(name.toLowerCase()).replace(/[!'()*~]/g, percent);
  // A leading `_` or `.` would make the folder one that Delta readers and we ourselves take as private.
  return encoded.replace(/^[_.]/, percent);
}

/** Inverse of {@link folderName}, up to letter case. */
export function nameOfFolder(folder: string): string {
  return decodeURIComponent(folder);
}

function percent(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`;
}
