/** From where to where changes are read, as asked for and as resolved to versions. */

/** A version, or a time in milliseconds since the epoch. */
export type ChangeBound = { readonly version: number } | { readonly timestamp: number };

export interface ChangeBounds {
  readonly start: ChangeBound;
  /** The newest version where absent. */
  readonly end?: ChangeBound | undefined;
}

/** Both ends belong to the range. */
export interface VersionRange {
  readonly start: number;
  readonly end: number;
}
