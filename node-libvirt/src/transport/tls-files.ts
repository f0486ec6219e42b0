import { existsSync, readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { ConnectionError } from '../errors.ts'
import type { ConnectionUri } from '../uri.ts'

/** The certificates of a TLS connection, as PEM. */
export interface TlsFiles {
  /** Who must have signed the server's certificate; null only when it is not verified. */
  readonly ca: Buffer | null
  /** Which certificates that authority has taken back; null: there is no list. */
  readonly crl: Buffer | null
  /** What says who we are; null when we have none: some servers want none. */
  readonly client: { readonly cert: Buffer; readonly key: Buffer } | null
}

export interface TlsFileSearch {
  readonly env: NodeJS.ProcessEnv
  readonly userId: number
  /** The root of the system's files; only tests give another. */
  readonly root?: string
}

/**
 * Finds the certificates where libvirt documents them: all in the URI's `pkipath`; else those of the user, and for what
 * the user lacks those of the system. Root has the system's only.
 * @throws ConnectionError `certificate` when the CA's is nowhere, or a file cannot be read
 */
export function findTlsFiles(uri: ConnectionUri, search: TlsFileSearch): TlsFiles {
  const candidates = folders(uri, search)
  const ca = candidates.map((folder) => folder.ca).find((path) => existsSync(path))
  const crl = candidates.map((folder) => folder.crl).find((path) => existsSync(path))
  const client = candidates.find((folder) => existsSync(folder.cert) && existsSync(folder.key))
  if (ca === undefined && !isUnverified(uri)) {
    const places = candidates.map((folder) => folder.ca).join(' nor ')
    throw new ConnectionError('certificate', `${uri.text}: no CA certificate in ${places}`)
  }
  return {
    ca: ca === undefined ? null : read(ca),
    crl: crl === undefined ? null : read(crl),
    client: client ? { cert: read(client.cert), key: read(client.key) } : null,
  }
}

/** `no_verify=1`: whoever answers is believed. */
export function isUnverified(uri: ConnectionUri): boolean {
  return /^0*[1-9]/.test(uri.parameters.get('no_verify') ?? '')
}

interface Folder {
  ca: string
  crl: string
  cert: string
  key: string
}

function folders(uri: ConnectionUri, { env, userId, root = '/' }: TlsFileSearch): Folder[] {
  const pkipath = uri.parameters.get('pkipath')
  if (pkipath !== undefined) return [oneFolder(pkipath)]
  const system = {
    ca: join(root, 'etc/pki/CA/cacert.pem'),
    crl: join(root, 'etc/pki/CA/cacrl.pem'),
    cert: join(root, 'etc/pki/libvirt/clientcert.pem'),
    key: join(root, 'etc/pki/libvirt/private/clientkey.pem'),
  }
  return userId === 0 ? [system] : [oneFolder(join(env['HOME'] ?? homedir(), '.pki/libvirt')), system]
}

function oneFolder(folder: string): Folder {
  return {
    ca: join(folder, 'cacert.pem'),
    crl: join(folder, 'cacrl.pem'),
    cert: join(folder, 'clientcert.pem'),
    key: join(folder, 'clientkey.pem'),
  }
}

function read(path: string): Buffer {
  try {
    return readFileSync(path)
  } catch (error) {
    const detail = error instanceof Error ? error.message : ''
    throw new ConnectionError('certificate', `cannot read ${path}: ${detail}`, { cause: error, detail })
  }
}
