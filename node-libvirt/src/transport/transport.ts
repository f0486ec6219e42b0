import type { Duplex } from 'node:stream'
import type { AskCredentials } from '../auth/credentials.ts'
import type { ConnectionUri } from '../uri.ts'

export interface TransportOptions {
  readOnly: boolean
  autospawn: boolean
  env: NodeJS.ProcessEnv
  signal: AbortSignal
  /** The socket of an ssh that is the master of one connection, which is used then. */
  sshControlPath?: string | undefined
  /** Asks the user, where ssh has a question. */
  credentials?: AskCredentials | undefined
}

/** Makes the byte duplex that a connection runs on; throws a ConnectionError when it cannot. */
export type ConnectTransport = (uri: ConnectionUri, options: TransportOptions) => Promise<Duplex>
