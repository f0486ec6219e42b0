/** The client's side of one SASL mechanism. */
export interface SaslExchange {
  /** What the client says first. */
  first(): Buffer
  /** The answer to what the server said; null when there is nothing more to say. */
  next(fromServer: Buffer): Promise<Buffer | null>
  /** The server says that all is done. @throws AuthenticationError when it should have proven itself before */
  assertComplete(): void
}
