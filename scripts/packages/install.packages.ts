import { execFileSync } from 'node:child_process'
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { openConnection } from 'node-libvirt'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'

import { proposedMachine } from '../../main/engine/testing/proposed-machine.ts'
import { startDaemon, type RealDaemon } from '../../node-libvirt/testing/real-daemon.ts'
import { giveToTestUser } from '../../node-libvirt/testing/test-user.ts'
import { addUser } from '../daemons/daemon-tree.mjs'
import { nodeRuntime, packedNode } from '../setup/node-runtime.mjs'
import { bareRoot, inCopyOf } from './bare-root.mjs'
import { debianPackage } from './debian-package.ts'
import { identity } from './identity.ts'
import { tarball } from './tarball.ts'
import { InstalledApp } from './testing/installed-app.ts'

const hostId = 'local-session'
const isRoot = process.getuid?.() === 0
const shared = tmpdir()

/** A bare Debian 13 whose changes are thrown away, a daemon outside of it, and the packages. */
let daemon: RealDaemon
let root: string
let layer: string
let work: string
let output: string

beforeAll(async () => {
  if (!isRoot) return
  root = await bareRoot(() => undefined)
  daemon = await startDaemon()
  output = mkdtempSync(join(tmpdir(), 'strata-packed-'))
  chmodSync(output, 0o755)
})
afterAll(async () => {
  if (!isRoot) return
  await daemon.stop()
  rmSync(output, { recursive: true })
})
beforeEach(() => {
  layer = mkdtempSync(join(tmpdir(), 'strata-root-'))
  work = mkdtempSync(join(daemon.dataFolder, 'app-'))
  giveToTestUser(daemon.user, work)
  // The user of the daemon is known inside, too.
  mkdirSync(join(layer, 'upper/etc'), { recursive: true })
  for (const name of ['passwd', 'group']) cpSync(join(root, 'etc', name), join(layer, 'upper/etc', name))
  addUser(join(layer, 'upper'), { ...daemon.user, name: daemon.user.name ?? '' })
})
afterEach(() => rmSync(layer, { recursive: true, force: true }))

const inside = (...words: string[]) => inCopyOf(root, layer, shared, words)
const run = (...words: string[]) => {
  const [program = '', ...args] = inside(...words)
  return execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
}
/** What stands in the root that is not the base's, without dpkg's own books. */
const added = () =>
  readdirSync(join(layer, 'upper'), { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(join(layer, 'upper').length))
    .filter((path) => !/^\/(?:var\/(?:lib\/dpkg|log|cache)|etc\/(?:passwd|group)$|tmp\/)/.test(path))
    .sort()

/** Starts it as an ordinary user, makes a machine through its contract, and sees it in libvirt. */
async function makesAMachine(program: string): Promise<void> {
  const { user, env } = daemon
  const command = inside(
    ...['setpriv', `--reuid=${user.userId}`, `--regid=${user.groupId}`, '--clear-groups', '--'],
    ...['env', '-i', `PATH=${env['PATH'] ?? ''}`, `HOME=${work}`, `XDG_RUNTIME_DIR=${env['XDG_RUNTIME_DIR'] ?? ''}`],
    `STRATA_HOSTS=${JSON.stringify([
      { id: hostId, label: 'Here', uri: daemon.uri('qemu:///session'), kind: 'session', autospawn: false },
    ])}`,
    ...[program, '--no-window', '--address-file', join(work, 'address.json')],
  )
  const app = await InstalledApp.start(command, process.env, join(work, 'address.json'))
  try {
    const page = await fetch(`${app.url}/`)
    expect(await page.text()).toContain('<title>Strata</title>')
    await app.connected(hostId)
    const source = { kind: 'empty' } as const
    const defaults = await app.client.create.defaults({ hostId, source, osId: null, profile: null })
    const order = {
      ...proposedMachine(hostId, source, defaults),
      name: 'installed',
      memoryKiB: 65_536,
      startsNow: false,
    }
    const { jobId } = await app.client.create.start({ ...order, accelerator: 'emulation' })
    await app.ended(jobId)
    await using libvirt = await openConnection(daemon.uri('qemu:///session'))
    const domain = await libvirt.domainLookupByName('installed')
    expect(await domain.getXMLDesc()).toContain('<name>installed</name>')
    await app.client.machines.remove({ hostId, uuid: domain.uuid, choice: 'delete-disks', alsoDelete: [] })
  } finally {
    expect(await app.stop()).toBe(0)
  }
}

// Installing into a root of its own needs root’s rights.
describe.skipIf(!isRoot)('a package, installed into a bare Debian 13 by root', () => {
  it('as a Debian package: starts, makes a machine, and goes without a trace of its own', async () => {
    const before = added()
    const stage = mkdtempSync(join(output, 'stage-'))
    const path = debianPackage(identity, stage, output, new Date())
    run('dpkg', '--install', path)
    expect(run('strata', '--version').trim()).toBe(`strata ${identity.version}`)
    expect(added()).toContain(`/usr/share/applications/${identity.id}.desktop`)
    await makesAMachine('strata')
    run('dpkg', '--purge', 'strata')
    expect(added()).toEqual(before)
    // What is the user's own stays where it was.
    expect(readdirSync(join(work, '.local/share/strata')).length).toBeGreaterThan(0)
  })

  it.each([
    ['that uses the computer’s Node', null],
    ['with Node inside, where there is none', packedNode],
  ])('as an archive %s: starts from where it was unpacked', async (_title, node) => {
    const stage = mkdtempSync(join(output, 'stage-'))
    const path = tarball(identity, node === null ? null : nodeRuntime(node), stage, output, new Date())
    if (node !== null) run('dpkg', '--purge', '--force-depends', 'nodejs')
    const before = added()
    run('mkdir', '/opt/here')
    run('tar', '--no-same-owner', '-xf', path, '-C', '/opt/here', '--strip-components=1')
    run('ln', '-s', '/opt/here/bin/strata', '/usr/local/bin/strata')
    await makesAMachine('strata')
    run('rm', '-r', '/opt/here', '/usr/local/bin/strata')
    expect(added()).toEqual(before)
  })
})
