/** Why a query cannot be refreshed by parts, in words. */
export class NotIncremental extends Error {
  constructor(readonly reason: string) {
    super(reason);
  }
}

export function notLookedInto(): NotIncremental {
  return new NotIncremental("its DataFrame has steps that are not looked into");
}
