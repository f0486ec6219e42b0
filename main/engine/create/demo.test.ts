import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'

import { isoBytes } from '../testing/iso-bytes.ts'
import { proposedMachine } from '../testing/proposed-machine.ts'
import { hostId, startTestEngine, type TestEngine } from '../testing/test-engine.ts'

vi.setConfig({ testTimeout: 60_000 })

describe("libvirt's test driver, where nothing is at stake", () => {
  let test: TestEngine
  let isoPath: string
  beforeAll(async () => {
    test = await startTestEngine('test:///default')
    await mkdir(join(test.folders.homeDir, 'Downloads'), { recursive: true })
    isoPath = join(test.folders.homeDir, 'Downloads', 'tiny.iso')
    await writeFile(isoPath, isoBytes({ label: 'TINY', catalogue: {} }))
    await writeFile(join(test.folders.homeDir, 'Downloads', 'fake.iso'), 'not really')
  }, 60_000)
  afterAll(() => test.stop(), 60_000)

  it('offers the ISOs of the downloads folder, and not what only has the name', async () => {
    expect(await test.client.create.findMedia({ hostId })).toMatchObject([
      { fileName: 'tiny.iso', volumeLabel: 'TINY', bootable: true, source: { kind: 'file', use: 'in-place' } },
    ])
  })

  it('makes a machine from the proposed values, takes a point of it, goes back, and deletes it', async () => {
    const source = {
      kind: 'iso',
      media: { kind: 'file', path: isoPath, use: 'in-place' },
      installs: 'by-hand',
    } as const
    const defaults = await test.client.create.defaults({ hostId, source, osId: null, profile: null })
    const job = await test.ended(test.client.create.start(proposedMachine(hostId, source, defaults)))
    expect(job).toMatchObject({ state: 'done', problem: null })
    const ref = { hostId, uuid: job.result?.machine?.uuid ?? '' }
    await test.until(({ machines }) => machines.get(ref.uuid)?.state === 'running')
    expect(await test.client.machines.detail(ref)).toMatchObject({
      disks: [{ targetDev: 'vda' }, { targetDev: 'sda' }],
    })
    expect(await test.ended(test.client.snapshots.take({ ...ref, name: 'one', description: '' }))).toMatchObject({
      state: 'done',
      problem: null,
    })
    expect(await test.ended(test.client.snapshots.revert({ ...ref, name: 'one', present: 'keep' }))).toMatchObject({
      state: 'done',
      problem: null,
    })
    expect((await test.client.snapshots.list(ref)).snapshots).toHaveLength(2)
    await expect(test.client.console.open(ref)).rejects.toMatchObject({ code: 'unsupported' })
    const plan = await test.client.machines.planDeletion(ref)
    expect(plan.files).toMatchObject([
      { role: 'disk', fate: 'delete' },
      { role: 'media', fate: 'keep' },
    ])
    expect(await test.ended(test.client.machines.remove({ ...ref, choice: 'trash' }))).toMatchObject({
      state: 'done',
      problem: null,
    })
    const [entry] = await test.client.trash.list()
    await test.client.trash.putBack({ id: entry?.id ?? '' })
    await test.until(({ machines }) => machines.has(ref.uuid))
    expect(await test.ended(test.client.machines.remove({ ...ref, choice: 'delete-disks' }))).toMatchObject({
      state: 'done',
      problem: null,
    })
  })

  it("never touches a file of this computer that has a play machine's path", async () => {
    const real = join(test.folders.homeDir, 'precious.img')
    await writeFile(real, 'real')
    const xml = `<domain type='test'><name>play</name><memory>1024</memory><os><type>hvm</type></os><devices>
      <disk type='file' device='disk'><source file='${real}'/><target dev='vda'/></disk></devices></domain>`
    const { uuid } = await test.libvirt.domainDefineXML(xml)
    await test.until(({ machines }) => machines.has(uuid))
    await test.ended(test.client.machines.remove({ hostId, uuid, choice: 'delete-disks' }))
    expect(await readFile(real, 'utf8')).toBe('real')
  })
})
