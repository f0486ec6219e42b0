import { unkeyed } from '@strata/contract/words/said.ts'
import { execFileSync } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

import { pino } from 'pino'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'

import { asTestUser } from '../../../node-libvirt/testing/test-user.ts'
import { HistoryStore } from '../history/history-store.ts'
import { changeGround } from '../hosts/change-ground.ts'
import { Host } from '../hosts/host.ts'
import { sharedKvmTrial } from '../testing/shared-kvm-trial.ts'
import { hostId, startTestEngine, type TestEngine } from '../testing/test-engine.ts'
import { makeGuest, type TestGuest } from '../testing/test-guest.ts'
import { changeMachine, inDefinition, type MachineChange } from './change-machine.ts'

vi.setConfig({ testTimeout: 60_000 }) // a real daemon, on machines that may be busy

let test: TestEngine
let host: Host
let history: HistoryStore
beforeAll(async () => {
  test = await startTestEngine()
  const log = pino({ level: 'silent' })
  const uri = test.daemon.uri('qemu:///session')
  // Another Strata on the same daemon, as a second window of another user's would be.
  const definition = { id: hostId, label: 'This computer', uri, autospawn: false } as const
  host = new Host(definition, { log, kvmTrial: sharedKvmTrial() })
  host.start()
  await host.whenConnected()
  history = new HistoryStore(test.folders.dataDir, log)
}, 60_000)
afterAll(async () => {
  await host.close()
  await test.stop()
}, 60_000)

let count = 0
let guest: TestGuest
const password = 'hush1234'
beforeEach(async () => {
  guest = await makeGuest(test, `changed ${(count += 1)}`, {
    edit: ({ devices }) => {
      for (const screen of [...devices.graphics]) devices.graphics.remove(screen)
      devices.graphics.add({
        type: 'vnc',
        port: 5999,
        autoPort: false,
        password,
        listens: [{ type: 'address', address: '127.0.0.1' }],
      })
    },
  })
  // libvirt lists controllers in the order in which it came to know them: defined once more, it keeps that order.
  await test.libvirt.domainDefineXML(await text())
  await host.inventory.reloadMachine(guest.uuid)
})

const refOf = () => ({ hostId, uuid: guest.uuid })
const text = async () => (await test.libvirt.domainLookupByUUID(guest.uuid)).getXMLDesc(['inactive', 'secure'])
const inShell = (line: string) =>
  execFileSync(
    asTestUser(test.daemon.user, ['sh', '-c', line])[0] ?? '',
    asTestUser(test.daemon.user, ['sh', '-c', line]).slice(1),
    {
      env: test.daemon.env,
      encoding: 'utf8',
      stdio: 'pipe',
    },
  )
const virsh = (...words: string[]) =>
  inShell(['virsh', '--connect', `'${test.daemon.uri('qemu:///session')}'`, ...words].join(' '))
const memory = (mib: number): MachineChange => ({
  kind: 'changed',
  who: 'user',
  title: unkeyed(`Memory set to ${mib} MiB`),
  edit: inDefinition((definition) => {
    definition.memoryKiB = mib * 1024
    definition.currentMemoryKiB = mib * 1024
  }),
  lines: [],
})
const processors = (count: number): MachineChange => ({
  ...memory(0),
  title: unkeyed(`Processors set to ${count}`),
  edit: inDefinition((definition) => {
    definition.vcpuCount = count
  }),
})
const change = (wanted: MachineChange) => changeMachine(changeGround(host, history), guest.uuid, wanted)
const newest = async () => (await test.client.history.list(refOf()))[0]
const undo = (entryId: string) => test.client.history.undo({ ...refOf(), entryId })

describe('a change of a definition', () => {
  it('is told with who, what and its difference, and undone byte for byte', async () => {
    const before = await text()
    await change(memory(96))
    const entry = await newest()
    expect(entry).toMatchObject({ who: 'user', title: 'Memory set to 96 MiB', undo: { possible: true } })
    expect(entry?.changes).toContain("+ <memory unit='KiB'>98304</memory>")
    await undo(entry?.id ?? '')
    expect(await text()).toBe(before)
    const [took, taken] = await test.client.history.list(refOf())
    expect(took).toMatchObject({ title: 'Took back: Memory set to 96 MiB', undo: { possible: true } })
    expect(taken?.undo).toEqual({ possible: false, why: 'It was taken back.' })
    await expect(undo(entry?.id ?? '')).rejects.toMatchObject({ code: 'wrong-state' })
    await undo(took?.id ?? '') // and the other way round
    expect(await text()).toContain('98304')
  })

  it('is done one after the other, so that neither is lost', async () => {
    await Promise.all([change(memory(96)), change(processors(3))])
    const now = await text()
    expect(now).toContain("<memory unit='KiB'>98304</memory>")
    expect(now).toMatch(/<vcpu[^>]*>3<\/vcpu>/)
  })

  it('of what somebody else has changed since it was seen is refused, with all three', async () => {
    const seenText = await text()
    virsh('setvcpus', `'${guest.name}'`, '3', '--maximum', '--config')
    const theirs = await text()
    const refused = await change({ ...memory(96), seenText }).catch((error: unknown) => error)
    expect(refused).toMatchObject({ code: 'wrong-state' })
    const { detail } = (refused as { data: { detail: string } }).data
    expect(detail).toMatch(/changed since:[^]*\+ <vcpu[^>]*>3[^]*want to change:[^]*\+ <memory unit='KiB'>98304/)
    expect(detail).not.toContain(password)
    expect(await text()).toBe(theirs)
    expect(await newest()).toBeUndefined()
  })

  it('of a revision that is not the newest is refused', async () => {
    const { definitionRevision: seenRevision } = host.inventory.requireMachine(guest.uuid)
    await change({ ...memory(96), seenRevision })
    await expect(change({ ...memory(128), seenRevision })).rejects.toMatchObject({ code: 'wrong-state' })
    expect(await text()).toContain('98304')
  })

  it('goes over nothing that comes between its reading and its writing', async () => {
    let interfered = false
    const wanted = memory(96)
    await change({
      ...wanted,
      edit: (now) => {
        if (!interfered) virsh('setvcpus', `'${guest.name}'`, '3', '--maximum', '--config')
        interfered = true
        return wanted.edit(now)
      },
    })
    expect(await text()).toMatch(/98304[^]*<vcpu[^>]*>3</)
  })

  it('that the running part refuses is no change', async () => {
    const before = await text()
    const act = { run: () => Promise.reject(new Error('no')), isDone: () => Promise.resolve(false) }
    await expect(change({ ...memory(96), act })).rejects.toMatchObject({ code: 'internal' })
    expect(await text()).toBe(before)
  })
})

describe('taking back', () => {
  it('leaves what was changed elsewhere since, and refuses where the same was changed again', async () => {
    await change(memory(96))
    const first = await newest()
    virsh('setvcpus', `'${guest.name}'`, '3', '--maximum', '--config')
    await undo(first?.id ?? '')
    expect(await text()).toMatch(/<vcpu[^>]*>3</)
    expect(await text()).not.toContain('98304')

    await change(memory(112))
    const second = await newest()
    virsh('setmaxmem', `'${guest.name}'`, '128M', '--config')
    const theirs = await text()
    const refused = await undo(second?.id ?? '').catch((error: unknown) => error)
    expect(refused).toMatchObject({
      code: 'wrong-state',
      data: { detail: expect.stringContaining('131072') as string },
    })
    expect(await text()).toBe(theirs)
  })

  it('of a line with a password keeps the password, which no file holds', async () => {
    const before = await text()
    expect(before).toContain(password)
    await test.client.repairs.run({ kind: 'change-port', ...refOf(), device: 'vnc', port: 5999 })
    expect(await text()).toContain(password)
    const entry = await newest()
    await undo(entry?.id ?? '')
    expect(await text()).toBe(before)
    const folder = join(test.folders.dataDir, 'history')
    const files = await readdir(folder, { recursive: true, withFileTypes: true })
    const kept = await Promise.all(
      files.filter((each) => each.isFile()).map(({ parentPath, name }) => readFile(join(parentPath, name), 'utf8')),
    )
    expect(kept.join('\n')).toContain(guest.uuid)
    expect(kept.join('\n')).not.toContain(password)
  })

  it('gives a name back, with the title that it had', async () => {
    const { name } = guest
    await test.client.machines.rename({ ...refOf(), name: `other ${count}` })
    await undo((await newest())?.id ?? '')
    expect((await test.libvirt.domainLookupByUUID(guest.uuid)).name).toBe(name)
    await expect(undo((await test.client.history.list(refOf()))[1]?.id ?? '')).rejects.toMatchObject({
      code: 'wrong-state',
    })
  })

  it('makes a template a machine again that starts with the host', async () => {
    await test.client.machines.setAutostart({ ...refOf(), autostart: true })
    const before = await text()
    await test.client.machines.setTemplate({ ...refOf(), isTemplate: true })
    expect(await guest.domain.getAutostart()).toBe(false)
    await undo((await newest())?.id ?? '')
    expect([await text(), await guest.domain.getAutostart()]).toEqual([before, true])
  })

  it('is not offered for what has no way back, which says why', async () => {
    await test.client.machines.power({ ...refOf(), action: 'start' })
    const entry = await newest()
    expect(entry).toMatchObject({ kind: 'power', title: 'Started', undo: { possible: false } })
    await expect(undo(entry?.id ?? '')).rejects.toMatchObject({ code: 'wrong-state' })
    await test.client.machines.power({ ...refOf(), action: 'force-off' })
  })
})

describe('the lines of the history', () => {
  it('do in a shell, as they stand, what Strata did', async () => {
    const { name } = guest
    const before = await text()
    await test.client.repairs.run({ kind: 'set-memory', ...refOf(), memoryKiB: 96 * 1024 })
    const wanted = await text()
    const entry = await newest()
    await undo(entry?.id ?? '')
    for (const line of entry?.commands ?? []) inShell(line)
    expect(await text()).toBe(wanted)
    for (const line of (await newest())?.commands ?? []) inShell(line) // those of the way back
    expect((await text()).split('\n')).toEqual(expect.arrayContaining(before.match(/.*<memory.*/g) ?? ['no memory']))

    await test.client.machines.setAutostart({ ...refOf(), autostart: true })
    const [on] = (await newest())?.commands ?? []
    await test.client.machines.setAutostart({ ...refOf(), autostart: false })
    inShell(on ?? 'false')
    expect(await guest.domain.getAutostart()).toBe(true)

    await test.client.machines.rename({ ...refOf(), name: `it's “new” ${count}` })
    const renamed = await newest()
    await undo(renamed?.id ?? '')
    for (const line of renamed?.commands ?? []) inShell(line)
    expect((await test.libvirt.domainLookupByUUID(guest.uuid)).name).toBe(`it's “new” ${count}`)
    for (const line of renamed?.commands ?? []) expect(line).toContain(' --connect ')
    expect(name).toContain(' ') // a name that a shell would take apart
  })
})
