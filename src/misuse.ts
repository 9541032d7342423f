/** Thrown where a command is used wrongly; the message says how it is used rightly. */
export class Misuse extends Error {
  override readonly name = "Misuse";
}
