/** Waits for what another process is about to do. */

/** Resolves once `check` is true; throws when it is not within `milliseconds`. */
export async function eventually(check: () => boolean, milliseconds = 20_000): Promise<void> {
  const end = Date.now() + milliseconds;
  while (!check()) {
    if (Date.now() > end) throw new Error(`not within ${milliseconds} ms: ${check}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
