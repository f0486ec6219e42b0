import { isIP, type Socket } from 'node:net'
import { connect, type TLSSocket } from 'node:tls'
import { AuthenticationError, ConnectionError } from '../errors.ts'
import { MessageRecords } from './message-records.ts'
import { connectPort } from './tcp.ts'
import { findTlsFiles, isUnverified, type TlsFiles } from './tls-files.ts'
import type { ConnectTransport } from './transport.ts'

const TLS_PORT = 16_514
/** What the server says, encrypted, once it has accepted our certificate. */
const ACCEPTED = 0x01

/**
 * Connects by TLS with certificates. `tls_priority` is not used: it is a text for GnuTLS, and Node's own defaults (TLS 1.2
 * and later) are what the default of GnuTLS allows too.
 * @throws ConnectionError `certificate` for a server that is not to be trusted, AuthenticationError `denied` when the
 *   server does not accept our certificate
 */
export const connectTls: ConnectTransport = async (uri, { env, signal }) => {
  const host = uri.host ?? 'localhost'
  const files = findTlsFiles(uri, { env, userId: process.getuid?.() ?? 0 })
  const socket = await connectPort(host, uri.port ?? TLS_PORT, signal)
  const secure = startTls(socket, host, files, isUnverified(uri))
  return new MessageRecords(await untilAccepted(secure, uri.text, files, signal))
}

function startTls(socket: Socket, host: string, files: TlsFiles, isBlind: boolean): TLSSocket {
  try {
    return connect({
      socket,
      host,
      ...(isIP(host) === 0 ? { servername: host } : {}),
      ...(files.ca ? { ca: files.ca } : {}),
      ...(files.crl ? { crl: files.crl } : {}), // with a list, what is on it is refused
      ...files.client,
      rejectUnauthorized: !isBlind,
    })
  } catch (error) {
    socket.destroy()
    const detail = error instanceof Error ? error.message : ''
    throw new ConnectionError('certificate', `our own certificate or key is not usable: ${detail}`, { cause: error })
  }
}

/** Waits for the server's consent: one byte. In TLS 1.3 the handshake ends before it has looked at our certificate. */
function untilAccepted(secure: TLSSocket, uri: string, files: TlsFiles, signal: AbortSignal): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    let isVerified = false
    const settle = (error: Error | null) => {
      signal.removeEventListener('abort', onAbort)
      secure.off('readable', onReadable).off('error', onError).off('end', onEnd).off('close', onEnd)
      if (error === null) return resolve(secure)
      secure.on('error', () => undefined) // what follows a failure tells nothing new
      secure.destroy()
      reject(error)
    }
    const onAbort = () => settle(signal.reason instanceof Error ? signal.reason : new Error(String(signal.reason)))
    const onEnd = () => settle(isVerified ? refused(uri, files) : broken(uri))
    const onError = (error: Error) =>
      settle(isVerified ? refused(uri, files, error) : handshakeError(uri, files, error))
    const onReadable = () => {
      const byte: unknown = secure.read(1)
      if (!Buffer.isBuffer(byte)) return
      if (byte[0] === ACCEPTED) return settle(null)
      settle(new ConnectionError('unexpected-output', `${uri}: what answers by TLS is not a libvirt daemon`))
    }
    secure.once('secureConnect', () => (isVerified = true))
    secure.on('readable', onReadable).on('error', onError).on('end', onEnd).on('close', onEnd)
    signal.addEventListener('abort', onAbort, { once: true })
    if (signal.aborted) onAbort()
  })
}

function refused(uri: string, { client }: TlsFiles, cause?: Error): AuthenticationError {
  const what = client ? 'does not accept our certificate' : 'wants a certificate, and we have none'
  return new AuthenticationError('denied', `${uri}: the server ${what}`, { cause, detail: cause?.message ?? '' })
}

/** What went wrong before both sides had agreed, by the codes of Node and OpenSSL. */
function handshakeError(uri: string, files: TlsFiles, cause: Error): Error {
  const code = 'code' in cause && typeof cause.code === 'string' ? cause.code : ''
  const options = { cause, detail: cause.message }
  if (code.includes('_ALERT_')) return refused(uri, files, cause)
  if (code === 'ECONNRESET' || code === 'EPIPE') return broken(uri)
  if (code.startsWith('ERR_SSL_')) {
    return new ConnectionError(
      'unexpected-output',
      `${uri}: what answers does not speak TLS: ${cause.message}`,
      options,
    )
  }
  return new ConnectionError('certificate', `${uri}: the server is not to be trusted: ${cause.message}`, options)
}

function broken(uri: string): ConnectionError {
  return new ConnectionError('closed', `${uri}: the server closed the connection before TLS was agreed on`)
}
