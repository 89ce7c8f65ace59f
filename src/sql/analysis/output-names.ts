/** Engine names of output columns: the user's where they are free, unique without regard to letter case. */

export class OutputNames {
  private readonly taken = new Set<string>();

  /** The name, or the name with the least number behind it that is free. */
  add(name: string): string {
    // The engine's identifiers may be anything but empty, and not hold NUL.
    const wanted = name.replaceAll("\u0000", "").replaceAll("\u0001", "_") || "_";
    let free = wanted;
    for (let i = 1; this.taken.has(free.toLowerCase()); i++) free = `${wanted}_${i}`;
    this.taken.add(free.toLowerCase());
    return free;
  }
}
