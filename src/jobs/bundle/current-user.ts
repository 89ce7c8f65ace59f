/** Who reads the bundle, as `${workspace.current_user...}` names them: the user of this machine. */
import { userInfo } from "node:os";

export interface CurrentUser {
  readonly userName: string;
  /** Letters, digits and underscores. */
  readonly shortName: string;
}

export function currentUser(userName: string = nameOfUser()): CurrentUser {
  const [name = userName] = userName.split("@", 1);
  return { userName, shortName: name.replace(/[^\p{L}\p{N}]/gu, "_") };
}

function nameOfUser(): string {
  try {
    return userInfo().username;
  } catch {
    // A container may run under a number that has no name.
    return "user";
  }
}
