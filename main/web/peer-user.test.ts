import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { usersWhoMayConnect } from './behind-root.ts'
import { peerUser } from './peer-user.ts'
import { serveSite } from './testing/served-site.ts'

const ownUid = process.getuid?.() ?? -1
const other = Number(spawnSync('id', ['-u', 'strata-test'], { encoding: 'utf8' }).stdout)
/** Only root can start something as another user. */
const canBeAnother = process.platform === 'linux' && ownUid === 0 && other > 0

let server: Server
let port: number
beforeEach(async () => {
  server = createServer({ allowHalfOpen: true }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  port = (server.address() as AddressInfo).port
})
afterEach(() => server.close())

async function meet(client: () => Socket): Promise<{ client: Socket; met: Socket }> {
  const accepted = once(server, 'connection') as Promise<[Socket]>
  const socket = client()
  const [met] = await accepted
  met.on('error', () => met.destroy())
  return { client: socket, met }
}

// Only Linux tells whose a connection is.
describe.runIf(process.platform === 'linux')('the user at the other end', () => {
  it.each([
    ['of IPv4', '127.0.0.1'],
    ['of IPv6 that carries IPv4', '::ffff:127.0.0.1'],
  ])('is known for a socket %s', async (_kind, host) => {
    const { client, met } = await meet(() => connect(port, host))
    expect(await peerUser(met)).toBe(ownUid)
    client.destroy()
    met.destroy()
  })

  it('is nobody, and not root, once that end is closed', async () => {
    const { client, met } = await meet(() => connect(port, '127.0.0.1'))
    client.destroy()
    await once(met.resume(), 'end')
    expect(await peerUser(met)).toBe('gone')
    met.destroy()
  })
})

describe('the users who may connect', () => {
  it('are the own one and root, and whoever became root to start this', () => {
    expect([...usersWhoMayConnect({ SUDO_UID: '1000' }, 1001)]).toEqual([0, 1001])
    expect([...usersWhoMayConnect({ SUDO_UID: '1000' }, 0)]).toEqual([0, 1000])
    expect([...usersWhoMayConnect({ PKEXEC_UID: '1002', SUDO_UID: 'x' }, 0)]).toEqual([0, 1002])
    expect([...usersWhoMayConnect({}, 0)]).toEqual([0])
  })
})

// To be another user takes root’s rights.
describe.runIf(canBeAnother)('another user of this computer', () => {
  const asOther = async (script: string, words: readonly string[]) => {
    const child = spawn(process.execPath, ['-e', script, ...words], { uid: other, gid: other, cwd: '/', env: {} })
    const [output] = await Promise.all([text(child.stdout), once(child, 'exit')])
    return output.trim()
  }

  it('is refused at every path, also with a token or a session', async () => {
    await using site = await serveSite()
    const script = `const [url, token] = process.argv.slice(1)
      const post = { method: 'POST', headers: { Origin: url }, body: new URLSearchParams({ token }) }
      const answers = [fetch(url), fetch(url + '/login'), fetch(url + '/login', post), fetch(url + '/session')]
      Promise.all(answers.map((each) => each.then((answer) => answer.status))).then((all) => console.log(all.join()))`
    const token = site.server.signIn.issueToken()
    expect(await asOther(script, [site.server.url, token])).toBe('403,403,403,403')
    expect(site.server.signIn.redeem(token)).not.toBeNull() // and used nothing up
  })

  it('does not shut the user out by idle connections', async () => {
    await using site = await serveSite()
    const script = `const { connect } = require('node:net'); const port = Number(process.argv[1])
      let open = 0
      for (let at = 0; at < 600; at += 1) connect(port, '127.0.0.1').on('connect', () => {
        open += 1; if (open === 300) console.log('many')
      }).on('error', () => {})
      setInterval(() => {}, 1000)`
    const flood = spawn(process.execPath, ['-e', script, new URL(site.server.url).port], {
      uid: other,
      gid: other,
      cwd: '/',
      env: {},
    })
    await once(flood.stdout, 'data')
    expect((await fetch(site.server.url)).status).toBe(200)
    expect((await fetch(`${site.server.url}/login`)).status).toBe(200)
    flood.kill('SIGKILL')
    await once(flood, 'exit')
  })
})
