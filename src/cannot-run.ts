/** Thrown where a command was used rightly and cannot run all the same; the message says what to do. */
export class CannotRun extends Error {
  override readonly name = "CannotRun";
}
