/** One thing to ask the user for. */
export interface CredentialQuestion {
  /** 'passphrase' unlocks a key file; 'confirmation' wants 'yes' or 'no' (a host key that ssh does not know yet). */
  readonly kind: 'username' | 'password' | 'passphrase' | 'confirmation'
  /** For a person, in the words of who asks. */
  readonly prompt: string
  /** What is likely, such as the user of the URI; null when nothing is. */
  readonly suggestion: string | null
}

/** Everything that is to be asked at once. */
export interface CredentialsWanted {
  /** The URI that is being opened. */
  readonly uri: string
  readonly by: 'ssh' | 'sasl'
  /** SASL's mechanism, such as 'SCRAM-SHA-256'; null for ssh. */
  readonly mechanism: string | null
  readonly questions: readonly CredentialQuestion[]
  /** Aborts when nobody waits for the answers any more. */
  readonly signal: AbortSignal
}

/** Asks the user. Answers come in the order of the questions; null means that the user does not want to. */
export type AskCredentials = (wanted: CredentialsWanted) => Promise<readonly string[] | null>
