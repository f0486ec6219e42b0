import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

import { afterEach, describe, expect, it } from 'vitest'

import { isThere } from '../hosts/place/host-system.ts'
import { ownFiles } from '../hosts/place/own-files.ts'
import { ownLogin, ownPorts } from '../hosts/place/own-ports.ts'
import { noPorts } from '../hosts/place/host-ports.ts'
import { defaultNetworkXml, overlaps } from './default-network.ts'
import { installLine } from './install-packages.ts'
import { makeBridge } from './make-bridge.ts'
import { repairs } from './offered.ts'
import { namesElsewhere } from './package-names.ts'

const run = promisify(execFile)
const isRoot = process.getuid?.() === 0
const here = { id: 'local', label: 'This computer', ...ownPorts() }
const far = { id: 'far', label: 'There', ...noPorts }

describe('packages', () => {
  it('are installed by apt with its own words, and by nothing else', () => {
    const around = { isRoot: true, packages: 'apt' as const, hasPkexec: false }
    expect(installLine(['ovmf'], around).slice(-4)).toEqual(['--yes', '--no-install-recommends', '--', 'ovmf'])
    expect(installLine(['ovmf'], { ...around, isRoot: false, hasPkexec: true })[0]).toBe('pkexec')
    expect(() => installLine(['ovmf'], { ...around, packages: 'dnf' })).toThrow(/only with apt/)
    expect(() => installLine(['ovmf'], { ...around, isRoot: false })).toThrow(/Only an administrator/)
  })

  it('are a button where that can be done, else a command by the names of this system', () => {
    const offer = (around: Parameters<typeof repairs.installPackages>[2]) =>
      repairs.installPackages('local', ['swtpm', 'swtpm-tools'], around)[0]
    expect(offer({ isRoot: true, packages: 'apt', hasPkexec: false })?.action).toMatchObject({
      kind: 'install-packages',
      packages: ['swtpm', 'swtpm-tools'],
    })
    expect(offer({ isRoot: false, packages: 'apt', hasPkexec: false })).toMatchObject({
      action: null,
      command: 'sudo apt-get install swtpm swtpm-tools',
    })
    expect(offer({ isRoot: true, packages: 'pacman', hasPkexec: true })).toMatchObject({
      action: null,
      command: 'pacman -S swtpm',
    })
    expect(offer({ isRoot: true, packages: null, hasPkexec: true })).toBeUndefined()
    expect(namesElsewhere('dnf', ['ovmf'])).toEqual(['edk2-ovmf'])
  })
})

describe('the default network', () => {
  it.each([
    ['192.168.122.1/24', 122, true],
    ['192.168.122.1/24', 123, false],
    ['192.168.0.1/16', 200, true],
    ['10.0.0.7/8', 122, false],
    ['0.0.0.0/0', 122, true],
    ['192.168.122.200/32', 122, true],
    ['fe80::1/64', 122, false],
  ])('shares addresses with %s at %i: %s', (cidr, octet, shares) => {
    expect(overlaps(cidr, octet)).toBe(shares)
  })

  it('gives addresses out below its own', () => {
    expect(defaultNetworkXml(130)).toContain("<range start='192.168.130.2' end='192.168.130.254'/>")
  })
})

describe('a bridge', () => {
  const name = `strata${process.pid % 100_000}`
  afterEach(() => run('ip', ['link', 'delete', name]).catch(() => undefined)) // it may not have been made

  // Only root can make a bridge.
  it.runIf(isRoot)('is made, is up, and is made once', async () => {
    await makeBridge(here, { kind: 'make-bridge', hostId: 'local', bridgeName: name })
    expect(await isThere(ownFiles, `/sys/class/net/${name}/bridge`)).toBe(true)
    expect((await run('ip', ['-o', 'link', 'show', name])).stdout).toMatch(/<[^>]*\bUP\b/)
    await makeBridge(here, { kind: 'make-bridge', hostId: 'local', bridgeName: name })
  })

  it('is refused where it cannot be made, or the name is a card’s', async () => {
    const refused = makeBridge(here, { kind: 'make-bridge', hostId: 'local', bridgeName: 'lo' })
    await expect(refused).rejects.toMatchObject({ code: isRoot ? 'already-exists' : 'not-permitted' })
    const remote = makeBridge(far, {
      kind: 'make-bridge',
      hostId: 'r',
      bridgeName: name,
    })
    await expect(remote).rejects.toMatchObject({ code: 'unsupported' })
  })

  it('is a button for an administrator’s login alone', () => {
    const by = (userId: number) => ({ ...here, login: { ...ownLogin(), userId } })
    expect(repairs.makeBridge(by(0), 'br0').action).not.toBeNull()
    expect(repairs.makeBridge(by(1000), 'br0').action).toBeNull()
    expect(repairs.makeBridge(far, 'br0').action).toBeNull()
  })
})
