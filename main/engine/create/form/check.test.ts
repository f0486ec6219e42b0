import { chmod, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import type { CreationFinding, MachineSource, NewMachine } from '@strata/contract/create.ts'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'

import { isoBytes } from '../../testing/iso-bytes.ts'
import { ovaBytes } from '../../testing/ova-bytes.ts'
import { patternedDisk, writeImage } from '../../testing/patterned-disk.ts'
import { proposedMachine } from '../../testing/proposed-machine.ts'
import { hostId, startTestEngine, type TestEngine } from '../../testing/test-engine.ts'
import { makeGuest } from '../../testing/test-guest.ts'

vi.setConfig({ testTimeout: 60_000 })

describe('a form that is being filled in', () => {
  let test: TestEngine
  let isoPath: string

  beforeAll(async () => {
    test = await startTestEngine()
    isoPath = join(await test.folder('isos'), 'debian-12.iso')
    await writeFile(isoPath, isoBytes({ label: 'Debian 12.0.0 amd64 n', catalogue: {} }))
  }, 60_000)
  afterAll(() => test.stop(), 60_000)

  const iso = (path = isoPath, installs: 'by-hand' | 'automatically' = 'by-hand'): MachineSource => ({
    kind: 'iso',
    media: { kind: 'file', path, use: 'in-place' },
    installs,
  })
  const check = (form: Partial<NewMachine>) => test.client.create.check({ ...form, hostId })
  const whole = async (source: MachineSource, changes: Partial<NewMachine> = {}) => {
    const defaults = await test.client.create.defaults({ hostId, source, osId: null, profile: null })
    return { ...proposedMachine(hostId, source, defaults), ...changes }
  }
  const ofField = (findings: CreationFinding[], field: CreationFinding['field']) =>
    findings.filter((finding) => finding.field === field)

  it('has nothing to say while nothing is filled in, once there is a pool', async () => {
    const [missing] = await check({})
    expect(missing).toMatchObject({ field: 'poolUuid', repairs: [{ action: { kind: 'make-default-pool' } }] })
    const action = missing?.repairs[0]?.action
    if (action != null) await test.client.repairs.run(action)
    expect(await check({})).toEqual([])
  })

  it('never fails, whichever fields are there and whatever the source', async () => {
    const sources: MachineSource[] = [
      iso(),
      iso('/no/such.iso', 'automatically'),
      { kind: 'cloud-image', imageId: 'debian-12-amd64', disk: 'overlay' },
      { kind: 'cloud-image', imageId: 'none', disk: 'copy' },
      { kind: 'disk-image', media: { kind: 'file', path: isoPath, use: 'in-place' }, disk: 'in-place' },
      { kind: 'appliance', path: '/no/such.ova' },
      { kind: 'definition', xml: '<domain' },
      { kind: 'template', uuid: '0b8e4a44-2f5c-4a5c-9f0e-1d6c7f5f9a11' },
      { kind: 'network-boot' },
      { kind: 'empty' },
    ]
    for (const source of sources) {
      const form = await whole(source)
      for (const left of Object.keys(form) as (keyof NewMachine)[]) {
        const { [left]: _left, ...rest } = form
        await check(rest)
      }
    }
  })

  it('tells what is wrong with a source, whatever kind it is', async () => {
    const words = async (source: MachineSource) =>
      (await check({ source })).map(({ message }) => message.english).join(' ')
    expect(await words(iso('/no/such.iso'))).toContain('There is no file')
    expect(await words({ kind: 'cloud-image', imageId: 'none', disk: 'copy' })).toContain('no image')
    expect(await words({ kind: 'cloud-image', imageId: 'debian-12-arm64', disk: 'copy' })).toContain('aarch64')
    const media = { kind: 'file', path: isoPath, use: 'in-place' } as const
    expect(await words({ kind: 'disk-image', media, disk: 'copy' })).toContain('not a disk image')
    expect(await words({ kind: 'definition', xml: '<domain><name>' })).toContain('Line 1')
    expect(await words({ kind: 'template', uuid: '0b8e4a44-2f5c-4a5c-9f0e-1d6c7f5f9a11' })).toContain('not there')
  })

  it('knows an installer that can be answered, and what is missing to answer it', async () => {
    const alone = await whole(iso(isoPath, 'automatically'))
    expect(alone.setup).not.toBeNull()
    expect(ofField(await check(alone), 'setup')).toMatchObject([{ part: 'password', severity: 'error' }])
    const answered = { ...alone, setup: alone.setup && { ...alone.setup, password: 'long enough' } }
    expect(ofField(await check(answered), 'setup')).toEqual([])
    expect(ofField(await check({ ...alone, setup: null }), 'setup')).toMatchObject([
      { severity: 'error', suggestion: { source: { installs: 'by-hand' } } },
    ])
    const nameless = join(await test.folder('isos'), 'nameless.iso')
    await writeFile(nameless, isoBytes({ label: 'NOTHING', catalogue: {} }))
    expect(await check({ source: iso(nameless, 'automatically') })).toMatchObject([
      { field: 'source', severity: 'error', suggestion: { source: { installs: 'by-hand' } } },
    ])
  })

  it('is told of a disk image that boots on another firmware, and of an appliance’s own words', async () => {
    const path = join(await test.folder('isos'), 'disk.qcow2')
    await writeImage(path, 'qcow2', patternedDisk())
    const media = { kind: 'file', path, use: 'in-place' } as const
    expect(await check({ source: { kind: 'disk-image', media, disk: 'copy' }, firmware: 'uefi' })).toMatchObject([
      { field: 'firmware', severity: 'warning', suggestion: { firmware: 'bios' } },
    ])
    const ova = join(await test.folder('isos'), 'app.ova')
    await writeFile(
      ova,
      ovaBytes('shop', [{ name: 'd.vmdk', content: patternedDisk(), capacityBytes: 16 * 1024 ** 2 }]),
    )
    const findings = await check({ source: { kind: 'appliance', path: ova } })
    expect(findings.filter(({ severity }) => severity === 'error')).toEqual([])
  })

  it('is told of a disk that another machine has', async () => {
    const guest = await makeGuest(test, 'owner')
    const pool = await test.libvirt.storagePoolLookupByName('guests')
    const options = { bus: 'virtio', cache: 'default', kind: 'existing' } as const
    const moreDisks = [{ ...options, poolUuid: pool.uuid, volumeName: 'owner.qcow2' }]
    expect(await check({ moreDisks })).toMatchObject([{ field: 'moreDisks', part: 0, severity: 'error' }])
    await guest.domain.undefineFlags([])
  })

  it('is not built on a template that runs', async () => {
    const guest = await makeGuest(test, 'golden')
    expect(await check({ source: { kind: 'template', uuid: guest.uuid } })).toEqual([])
    await guest.domain.create()
    await test.until(({ machines }) => machines.get(guest.uuid)?.state === 'running')
    expect(await check({ source: { kind: 'template', uuid: guest.uuid } })).toMatchObject([
      { field: 'source', severity: 'error' },
    ])
    await guest.domain.destroy()
  })

  // Only root can own a file that the daemon's user cannot read.
  it.skipIf(process.getuid?.() !== 0)('opens the way to an ISO by its own buttons, and nothing beside it', async () => {
    const closedPath = join(await test.folder('closed'), 'mine.iso')
    await writeFile(closedPath, isoBytes({ label: 'MINE', catalogue: {} }), { mode: 0o600 })
    await writeFile(join(await test.folder('closed'), 'other.iso'), '', { mode: 0o600 })
    await chmod(closedPath, 0o600)
    const findings = ofField(await check({ source: iso(closedPath) }), 'source')
    expect(findings).toMatchObject([
      {
        severity: 'error',
        suggestion: { source: { media: { use: 'upload' } } },
        repairs: [{ action: { kind: 'grant-access', path: closedPath, right: 'read' } }],
      },
    ])
    for (const { action } of findings[0]?.repairs ?? []) if (action !== null) await test.client.repairs.run(action)
    expect(ofField(await check({ source: iso(closedPath) }), 'source')).toEqual([])
    const other = iso(join(await test.folder('closed'), 'other.iso'))
    expect(ofField(await check({ source: other }), 'source')).not.toEqual([])
  })
})
