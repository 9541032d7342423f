/** Why a message is not acknowledged, so that it comes again. Its message holds no data, and may be logged. */
export class ComesAgain extends Error {
  override readonly name = "ComesAgain";
}
