/** SQL text as pieces that can be left out or replaced by simpler ones: how a query that differs is made small. */

export type Piece =
  | string
  | { readonly kind: "all"; readonly pieces: readonly Piece[] }
  /** May be left out. */
  | { readonly kind: "optional"; readonly piece: Piece }
  /** May be replaced by any of the simpler ones. */
  | { readonly kind: "either"; readonly piece: Piece; readonly simpler: readonly Piece[] }
  /** Any may be left out as long as one stays. */
  | { readonly kind: "list"; readonly separator: string; readonly pieces: readonly Piece[] };

export const all = (...pieces: readonly Piece[]): Piece => ({ kind: "all", pieces });
export const optional = (...pieces: readonly Piece[]): Piece => ({ kind: "optional", piece: all(...pieces) });
export const either = (piece: Piece, ...simpler: readonly Piece[]): Piece => ({ kind: "either", piece, simpler });
export const list = (separator: string, pieces: readonly Piece[]): Piece => ({ kind: "list", separator, pieces });

export function textOf(piece: Piece): string {
  if (typeof piece === "string") return piece;
  switch (piece.kind) {
    case "all":
      return piece.pieces.map(textOf).join("");
    case "optional":
    case "either":
      return textOf(piece.piece);
    case "list":
      return piece.pieces.map(textOf).join(piece.separator);
  }
}

/** Every sketch that is one step simpler, the largest steps first. */
export function* simpler(piece: Piece): Generator<Piece> {
  if (typeof piece === "string") return;
  switch (piece.kind) {
    case "optional":
      yield "";
      for (const one of simpler(piece.piece)) yield { ...piece, piece: one };
      break;
    case "either":
      yield* piece.simpler;
      for (const one of simpler(piece.piece)) yield { ...piece, piece: one };
      break;
    case "list":
      if (piece.pieces.length > 1) {
        for (const at of piece.pieces.keys()) yield { ...piece, pieces: piece.pieces.toSpliced(at, 1) };
      }
      yield* simplerWithin(piece);
      break;
    case "all":
      yield* simplerWithin(piece);
  }
}

function* simplerWithin(piece: Extract<Piece, { readonly pieces: readonly Piece[] }>): Generator<Piece> {
  for (const [at, one] of piece.pieces.entries()) {
    for (const less of simpler(one)) yield { ...piece, pieces: piece.pieces.with(at, less) };
  }
}
