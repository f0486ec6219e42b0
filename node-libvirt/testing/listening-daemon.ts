import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { untilListening } from './daemon-process.ts'
import { freePort } from './free-port.ts'
import { startDaemon, type RealDaemon } from './real-daemon.ts'
import { giveToTestUser, type TestUser } from './test-user.ts'

/** A daemon that also listens for TLS and TCP on this machine, and knows a name and a password. */
export interface ListeningDaemon extends RealDaemon {
  readonly tlsPort: number
  readonly tcpPort: number
}

export const SASL_USER = { username: 'fred', password: 'pass=word, ünï' }

export interface Listening {
  /** How each way in checks who comes; default 'none'. */
  readonly auth?: { readonly tls?: 'none' | 'sasl'; readonly unix?: 'none' | 'sasl' | 'polkit' }
  /** The daemon's SASL mechanisms, separated by spaces. */
  readonly mechanisms?: string
  /** More of the daemon's environment. */
  readonly env?: Readonly<Record<string, string>>
  /** A folder with cacert.pem, servercert.pem, serverkey.pem. */
  readonly pki: string
}

export async function startListeningDaemon({
  auth = {},
  mechanisms = '',
  env,
  pki,
}: Listening): Promise<ListeningDaemon> {
  const [tlsPort, tcpPort] = [await freePort(), await freePort()]
  const daemon = await startDaemon({
    prepare: (baseFolder, user) => {
      const config = join(baseFolder, 'libvirtd.conf')
      const settings = {
        listen_tls: 1,
        listen_tcp: 1,
        listen_addr: '127.0.0.1',
        tls_port: String(tlsPort),
        tcp_port: String(tcpPort),
        key_file: join(pki, 'serverkey.pem'),
        cert_file: join(pki, 'servercert.pem'),
        ca_file: join(pki, 'cacert.pem'),
        auth_tcp: 'none',
        auth_tls: auth.tls ?? 'none',
        auth_unix_rw: auth.unix ?? 'none',
      }
      writeFileSync(config, Object.entries(settings).map(([key, value]) => `${key} = ${JSON.stringify(value)}\n`).join('')) // prettier-ignore
      const saslFolder = makeSasl(baseFolder, user, mechanisms)
      return { args: ['--listen', '--config', config], env: { SASL_CONF_PATH: saslFolder, ...env } }
    },
  })
  const untilAllListen = async () => {
    // It listens on its socket first, and for TLS only when it has read its certificates.
    for (const port of [tcpPort, tlsPort]) await untilListening({ host: '127.0.0.1', port })
  }
  await untilAllListen()
  const start = async () => {
    await daemon.start()
    await untilAllListen()
  }
  return { ...daemon, start, tlsPort, tcpPort }
}

/** SASL's configuration and a database with one user, where nothing else looks. */
function makeSasl(baseFolder: string, user: TestUser, mechanisms: string): string {
  const folder = join(baseFolder, 'sasl')
  mkdirSync(folder)
  const database = join(folder, 'users')
  writeFileSync(
    join(folder, 'libvirt.conf'),
    `pwcheck_method: auxprop\nauxprop_plugin: sasldb\nsasldb_path: ${database}\nmech_list: ${mechanisms}\n`,
  )
  execFileSync('/usr/sbin/saslpasswd2', ['-c', '-p', '-f', database, '-a', 'libvirt', SASL_USER.username], {
    input: SASL_USER.password,
  })
  giveToTestUser(user, database)
  return folder
}
