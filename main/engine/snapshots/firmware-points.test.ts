import { execFileSync } from 'node:child_process'
import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'

import { stamp, stampOf } from '../testing/stamped-disk.ts'
import { hostId, startTestEngine, type TestEngine } from '../testing/test-engine.ts'
import { makeGuest, type TestGuest } from '../testing/test-guest.ts'

vi.setConfig({ testTimeout: 60_000 })

describe('a restore point of a UEFI machine', () => {
  let test: TestEngine
  beforeAll(async () => {
    test = await startTestEngine()
  }, 60_000)
  afterAll(() => test.stop(), 60_000)

  const ref = ({ uuid }: TestGuest) => ({ hostId, uuid })
  const take = async (guest: TestGuest, name: string) => {
    const job = await test.ended(test.client.snapshots.take({ ...ref(guest), name, description: '' }))
    expect(job).toMatchObject({ state: 'done', problem: null })
  }
  const revert = async (guest: TestGuest, name: string, present: 'keep' | 'discard') => {
    const job = await test.ended(test.client.snapshots.revert({ ...ref(guest), name, present }))
    expect(job).toMatchObject({ state: 'done', problem: null })
  }
  const makeUefi = async (name: string, further: { tpm?: boolean } = {}) => {
    const path = join(await test.folder('variables'), `${name}.fd`)
    const guest = await makeGuest(test, name, {
      firmware: 'uefi',
      edit: (definition) => {
        definition.os.nvram.path = path
        if (further.tpm === true) definition.devices.tpms.add({ model: 'tpm-crb', backend: 'emulator', version: '2.0' })
      },
    })
    await writeFile(path, 'old variables')
    execFileSync('chown', [`${test.daemon.user.userId}:${test.daemon.user.groupId}`, path])
    return { guest, path }
  }
  const keptFiles = async () =>
    (await readdir(join(test.folders.dataDir, 'firmware-variables'), { recursive: true })).filter((name) =>
      name.endsWith('.json'),
    )

  it('brings the variables of its moment back with the disk, and those of now are kept with the kept point', async () => {
    const { guest, path } = await makeUefi('variables')
    expect(await test.client.snapshots.list(ref(guest))).toMatchObject({ takeNotices: [] })
    await stamp(guest.diskPath, 'O')
    await take(guest, 'old')
    await stamp(guest.diskPath, 'P')
    await writeFile(path, 'new variables')
    expect(await test.client.snapshots.wayBack({ ...ref(guest), name: 'old' })).toEqual({ blocked: null, notices: [] })
    await revert(guest, 'old', 'keep')
    expect([await stampOf(guest.diskPath, 'OP'), await readFile(path, 'utf8')]).toEqual(['O', 'old variables'])
    await revert(guest, 'Before going back 1', 'discard')
    expect([await stampOf(guest.diskPath, 'OP'), await readFile(path, 'utf8')]).toEqual(['P', 'new variables'])
    expect(await keptFiles()).toHaveLength(2)
    await test.ended(test.client.snapshots.remove({ ...ref(guest), name: 'old' }))
    expect(await keptFiles()).toHaveLength(1)
  })

  /** As after the death of an engine whose going back libvirt has finished; `meanwhile` is before the next one starts. */
  const afterDeath = async (guest: TestGuest, name: string, meanwhile: () => Promise<unknown>) => {
    await (await guest.domain.snapshotLookupByName(name)).revert()
    await meanwhile()
    const about = { jobId: 'died', kind: 'revert-snapshot', title: 'Take it back', hostId, machineUuid: guest.uuid }
    const step = { kind: 'finish-revert', ...ref(guest), name, sentence: 'Go back once more.' }
    const lines = [
      { type: 'job', ...about, startedAtMs: 1 },
      { type: 'will-undo', step },
    ]
    const next = await test.another(async (dataDir) => {
      await cp(join(test.folders.dataDir, 'firmware-variables'), join(dataDir, 'firmware-variables'), {
        recursive: true,
      })
      await mkdir(join(dataDir, 'journal'), { recursive: true })
      const text = lines.map((line) => `${JSON.stringify(line)}\n`).join('')
      await writeFile(join(dataDir, 'journal', 'died.jsonl'), text)
    })
    await next.untilJobsEnded()
    await next.close()
  }

  it('has its variables brought back at the next start when the engine died after the disks went back', async () => {
    const { guest, path } = await makeUefi('died')
    await stamp(guest.diskPath, 'O')
    await take(guest, 'old')
    await stamp(guest.diskPath, 'P')
    await writeFile(path, 'new variables')
    await afterDeath(guest, 'old', () => Promise.resolve())
    expect([await stampOf(guest.diskPath, 'OP'), await readFile(path, 'utf8')]).toEqual(['O', 'old variables'])
  })

  it('leaves the variables at the next start where the disk was written to since', async () => {
    const { guest, path } = await makeUefi('written')
    await stamp(guest.diskPath, 'O')
    await take(guest, 'old')
    await writeFile(path, 'new variables')
    await afterDeath(guest, 'old', () => stamp(guest.diskPath, 'Q'))
    expect([await stampOf(guest.diskPath, 'OQ'), await readFile(path, 'utf8')]).toEqual(['Q', 'new variables'])
  })

  it('says before going back that it has no variables, and leaves those of now', async () => {
    const { guest, path } = await makeUefi('without')
    await guest.domain.snapshotCreateXML('<domainsnapshot><name>by another program</name></domainsnapshot>')
    const name = 'by another program'
    const { notices } = await test.client.snapshots.wayBack({ ...ref(guest), name })
    expect(notices).toMatchObject([
      { english: expect.stringMatching(/variables were not kept with this point/) as string },
    ])
    await revert(guest, name, 'discard')
    expect(await readFile(path, 'utf8')).toBe('old variables')
  })

  it('does not bring back what was kept for another point of its name', async () => {
    const { guest } = await makeUefi('reused')
    const others = new Set(await keptFiles())
    await take(guest, 'name')
    const file = (await keptFiles()).find((each) => !others.has(each))
    const path = join(test.folders.dataDir, 'firmware-variables', file ?? '')
    const kept = JSON.parse(await readFile(path, 'utf8')) as { pointTakenAtSeconds: number }
    await writeFile(path, JSON.stringify({ ...kept, pointTakenAtSeconds: kept.pointTakenAtSeconds - 1 }))
    const { notices } = await test.client.snapshots.wayBack({ ...ref(guest), name: 'name' })
    expect(notices).toMatchObject([{ english: expect.stringMatching(/were not kept/) as string }])
  })

  it('says before that the state of a TPM is not kept', async () => {
    const { guest } = await makeUefi('tpm', { tpm: true })
    expect((await test.client.snapshots.list(ref(guest))).takeNotices).toMatchObject([
      { english: expect.stringMatching(/state of the TPM/) as string },
    ])
    await take(guest, 'a')
    const { notices } = await test.client.snapshots.wayBack({ ...ref(guest), name: 'a' })
    expect(notices).toMatchObject([{ english: expect.stringMatching(/state of the TPM stays/) as string }])
  })

  it('is blocked beforehand where the definition spells its files out and libvirt refuses that', async () => {
    const { guest } = await makeUefi('spelled-out')
    const xml = (await guest.domain.getXMLDesc(['inactive']))
      .replace(/ firmware='efi'/, '')
      .replace(/<firmware>.*<\/firmware>/s, '')
      .replace('<nvram', "<loader readonly='yes' type='pflash'>/usr/share/OVMF/OVMF_CODE_4M.fd</loader>\n    <nvram")
    await test.libvirt.domainDefineXML(xml)
    expect((await test.client.snapshots.list(ref(guest))).takeBlocked?.english).toMatch(
      /names the files of its UEFI itself/,
    )
  })
})
