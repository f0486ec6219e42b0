import { access, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { DomainXml } from 'node-libvirt/xml'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'

import { noFacts, writeStrataFacts } from '../definitions/strata-metadata.ts'
import { placedAt, placedVolume, readPlaced, writePlaced } from '../storage/placed-files.ts'
import { importSurroundings, type ImportSurroundings } from '../testing/import-surroundings.ts'
import { hostId, startTestEngine, type TestEngine } from '../testing/test-engine.ts'
import { guestPool, makeGuest, type TestGuest } from '../testing/test-guest.ts'
import { qemuImg } from '../testing/patterned-disk.ts'

vi.setConfig({ testTimeout: 120_000 }) // real guests, on machines that may be busy

/** A boot sector that switches a q35 machine off by ACPI, as a system does at the end of its installation. */
const switchesOff = Buffer.alloc(1024 ** 2)
switchesOff.set([0xba, 0x04, 0x06, 0xb8, 0x00, 0x20, 0xef, 0xf4, 0xeb, 0xfd]) // mov dx,0x604; mov ax,0x2000; out dx,ax; hlt
switchesOff.set([0x55, 0xaa], 510)

describe('the end of an installation', () => {
  let test: TestEngine
  let folder: string
  let poolUuid: string
  let around: ImportSurroundings
  beforeAll(async () => {
    test = await startTestEngine()
    const pool = await guestPool(test)
    poolUuid = pool.uuid
    around = await importSurroundings(test)
    await vi.waitFor(() => expect(around.host.inventory.pool(poolUuid)?.state).toBe('running'))
    folder = await test.folder('documents')
  }, 60_000)
  afterAll(async () => {
    await around.close()
    await test.stop()
  }, 60_000)

  const isThere = (path: string) =>
    access(path).then(
      () => true,
      () => false,
    )

  /** A guest whose definition says that these files are only for its installation, and that has one of them in a drive. */
  async function installing(name: string, named: readonly string[], inDrive: string): Promise<TestGuest> {
    return makeGuest(test, name, {
      edit: (definition) => {
        definition.onPowerOff = 'destroy'
        definition.devices.disks.add({
          type: 'file',
          device: 'cdrom',
          source: { file: inDrive },
          target: { device: 'sdb', bus: 'sata' },
          isReadOnly: true,
        })
        const installation = { runs: 'automatic', drives: ['sdb'], files: named } as const
        writeStrataFacts(definition.metadata, { ...noFacts, installation, ownMedia: named })
      },
    })
  }

  /** Lets the guest switch itself off; resolves when the engine has seen it. */
  async function switchOff({ domain, diskPath, uuid }: TestGuest): Promise<void> {
    await writeFile(join(folder, 'boot.raw'), switchesOff)
    await qemuImg('convert', '-f', 'raw', '-O', 'qcow2', join(folder, 'boot.raw'), diskPath)
    await domain.create()
    await test.until(({ machines }) => machines.get(uuid)?.state === 'running')
    await test.until(({ machines }) => machines.get(uuid)?.state === 'shut-off')
  }

  const definitionOf = async ({ domain }: TestGuest) => DomainXml.parse(await domain.getXMLDesc(['inactive']))
  const poolPath = (guest: TestGuest) => join(guest.diskPath, '..')

  it('that only a definition tells of deletes nothing, starts nothing and changes nothing', async () => {
    const document = join(folder, 'thesis.txt')
    await writeFile(document, 'years of work')
    const guest = await installing('claims', [document], document)
    // Another machine whose installation really ends: when that was seen, this one would have been too.
    const answers = join(poolPath(guest), 'real-answers.iso')
    await writeFile(answers, 'answers')
    const real = await installing('real', [document, answers], answers)
    const file = await placedAt(around.host, poolUuid, answers, 'real-answers.iso')
    const installation = { runs: 'automatic', drives: ['sdb'], files: [answers] } as const
    const record = { files: [file], installation: { ...installation, drives: ['sdb'], files: [answers] } }
    await writePlaced(test.folders.dataDir, { hostId, uuid: real.uuid }, record)

    await switchOff(guest)
    await switchOff(real)
    await vi.waitFor(async () => expect(await isThere(answers)).toBe(false), { timeout: 60_000, interval: 200 })
    await vi.waitFor(
      async () =>
        expect(await readPlaced(test.folders.dataDir, { hostId, uuid: real.uuid })).toMatchObject({
          files: [],
          installation: null,
        }),
      { timeout: 60_000, interval: 200 },
    )
    expect(await isThere(document)).toBe(true)
    expect(
      (await definitionOf(real)).devices.disks.find(({ target }) => target.device === 'sdb')?.source.file,
    ).toBeNull()
    expect((await definitionOf(guest)).devices.disks.find(({ target }) => target.device === 'sdb')?.source.file).toBe(
      document,
    )
    expect(await guest.domain.isActive()).toBe(false)
  })

  it('deletes no file that has taken the place of one of Strata’s, has another name, or lies in no pool', async () => {
    const guest = await makeGuest(test, 'places')
    const answers = join(poolPath(guest), 'places-answers.iso')
    await writeFile(answers, 'answers')
    const file = await placedAt(around.host, poolUuid, answers, 'places-answers.iso')
    expect(await placedVolume(around.host, test.libvirt, file)).not.toBeNull()
    const elsewhere = join(folder, 'x-answers.iso')
    for (const other of [
      { ...file, path: elsewhere },
      { ...file, name: 'places.qcow2', path: guest.diskPath },
      { ...file, mark: '1 2 3' },
      { ...file, poolUuid: '00000000-0000-0000-0000-000000000000' },
    ])
      expect(await placedVolume(around.host, test.libvirt, other)).toBeNull()
  })
})
