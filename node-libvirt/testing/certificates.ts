import { execFileSync } from 'node:child_process'
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A certificate authority that lives as long as a test. */
export interface Authority {
  /** For a daemon: cacert.pem, servercert.pem, serverkey.pem. */
  readonly serverFolder: string
  /** For clients, as `pkipath` wants it: cacert.pem, clientcert.pem, clientkey.pem. */
  readonly clientFolder: string
  /** Takes the server's certificate back, and gives the client the list that says so. */
  revokeServer(): void
  remove(): void
}

/** @param names of the server, as in a certificate: `DNS:localhost` */
export function makeAuthority(names: readonly string[]): Authority {
  const folder = mkdtempSync(join(tmpdir(), 'pki-'))
  chmodSync(folder, 0o755)
  const [serverFolder, clientFolder] = [join(folder, 'server'), join(folder, 'client')]
  for (const each of [serverFolder, clientFolder]) mkdirSync(each)
  const openssl = (...args: string[]) =>
    execFileSync('openssl', args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] })
  openssl(
    'req',
    '-x509',
    ...NEW_KEY,
    '-keyout',
    'ca.key',
    '-out',
    'cacert.pem',
    '-days',
    '2',
    '-subj',
    '/CN=Test authority',
  )
  const issue = (path: string, subject: string, extensions: readonly string[]) => {
    writeFileSync(join(folder, 'extensions'), [...extensions, KEY_USAGE, ''].join('\n'))
    openssl('req', ...NEW_KEY, '-keyout', `${path}key.pem`, '-out', 'request', '-subj', `/CN=${subject}`)
    openssl('x509', '-req', '-in', 'request', '-CA', 'cacert.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '2', '-out', `${path}cert.pem`, '-extfile', 'extensions') // prettier-ignore
    // The daemon runs as another user; these keys open nothing but the test's own daemon.
    chmodSync(join(folder, `${path}key.pem`), 0o644)
  }
  issue('server/server', 'server', [`subjectAltName=${names.join(',')}`, 'extendedKeyUsage=serverAuth'])
  issue('client/client', 'client', ['extendedKeyUsage=clientAuth'])
  for (const each of [serverFolder, clientFolder]) copyFileSync(join(folder, 'cacert.pem'), join(each, 'cacert.pem'))
  const revokeServer = () => {
    writeFileSync(join(folder, 'index'), '')
    writeFileSync(join(folder, 'crlnumber'), '01\n')
    const settings = [
      '[ca]',
      'default_ca=own',
      '[own]',
      'database=index',
      'crlnumber=crlnumber',
      'default_md=sha256',
      'default_crl_days=2',
    ]
    writeFileSync(join(folder, 'ca.conf'), `${settings.join('\n')}\n`)
    const ca = ['ca', '-config', 'ca.conf', '-cert', 'cacert.pem', '-keyfile', 'ca.key']
    openssl(...ca, '-revoke', 'server/servercert.pem')
    openssl(...ca, '-gencrl', '-out', 'client/cacrl.pem')
  }
  return { serverFolder, clientFolder, revokeServer, remove: () => rmSync(folder, { recursive: true, force: true }) }
}

const NEW_KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes']
const KEY_USAGE = 'keyUsage=critical,digitalSignature,keyEncipherment'
