import { DomainXml } from 'node-libvirt/xml'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'

import { readReach } from '../definitions/reach/reach.ts'
import type { ReachGround } from '../definitions/reach/outside.ts'
import { machineCombinations } from '../testing/machine-combinations.ts'
import { hostId, startTestEngine, type TestEngine } from '../testing/test-engine.ts'
import { guestPool } from '../testing/test-guest.ts'
import { buildDefinition } from './definition/definition.ts'

vi.setConfig({ testTimeout: 60_000 }) // a real daemon, on machines that may be busy

describe('a definition that Strata itself builds', () => {
  it('reaches nothing but its files, whatever is chosen', async () => {
    const ownFiles: ReachGround = {
      isOwnFile: () => Promise.resolve(true),
      volumePath: (_pool, volume) => Promise.resolve(`/pool/${volume}`),
      outsideOfImage: () => Promise.resolve([]),
    }
    const told = new Set<string>()
    for (const machine of machineCombinations(100, 4)) {
      const xml = buildDefinition(machine).toString()
      for (const { sentence } of await readReach(DomainXml.parse(xml), xml, ownFiles)) told.add(sentence.english)
    }
    expect([...told]).toEqual([])
  })
})

describe('a machine of libvirt XML that reaches out', () => {
  let test: TestEngine
  let poolUuid: string
  beforeAll(async () => {
    test = await startTestEngine()
    poolUuid = (await guestPool(test)).uuid
  }, 60_000)
  afterAll(() => test.stop(), 60_000)

  const hostile = (path: string) => `<domain type='qemu'>
  <name>hostile</name>
  <memory unit='MiB'>64</memory>
  <os><type arch='x86_64' machine='q35'>hvm</type></os>
  <devices>
    <serial type='file'><source path='${path}' append='on'/></serial>
    <log file='/nowhere'/>
  </devices>
</domain>
`

  it('is made only when each of its lines was allowed, and no other line by that', async () => {
    const folder = await test.folder('profile')
    const { client } = test
    const xml = hostile(`${folder}/.profile`)
    const { reaches } = await client.imports.inspectDefinition({ hostId, xml })
    expect(reaches.map(({ line, kind }) => [line, kind])).toEqual([
      [6, 'writes'],
      [7, 'unknown'],
    ])
    const ids = reaches.map(({ id }) => id)
    const check = (text: string, allowed?: string[]) =>
      client.create
        .check({ hostId, name: 'hostile', source: { kind: 'definition', xml: text, ...(allowed && { allowed }) } })
        .then((findings) =>
          findings.filter(({ severity }) => severity === 'error').map(({ message }) => message.english),
        )
    expect(await check(xml)).toEqual([
      expect.stringMatching(/^Line 6: The machine may write to .*profile/),
      expect.stringMatching(/^Line 7:/),
    ])
    expect(await check(xml, ids.slice(0, 1))).toEqual([expect.stringMatching(/^Line 7:/)])
    expect(await check(xml, ids)).toEqual([])
    expect(await check(hostile(`${folder}/.bashrc`), ids)).toEqual([expect.stringMatching(/bashrc/)])

    const defaults = await client.create.defaults({
      hostId,
      source: { kind: 'definition', xml },
      osId: null,
      profile: null,
    })
    const { limits, networks, choices, profiles, profile, ...values } = defaults
    void [limits, networks, choices, profiles, profile]
    const form = Object.fromEntries(Object.entries(values).map(([name, { value }]) => [name, value]))
    const order = { ...form, hostId, name: 'hostile', poolUuid, startsNow: false, autostart: false } as Parameters<
      typeof client.create.start
    >[0]
    const start = (allowed?: string[]) =>
      client.create.start({ ...order, source: { kind: 'definition', xml, ...(allowed && { allowed }) } })
    await expect(start()).rejects.toMatchObject({ code: 'not-permitted' })
    await expect(start(ids.slice(1))).rejects.toMatchObject({ code: 'not-permitted' })
    await expect(start(ids)).resolves.toMatchObject({ jobId: expect.any(String) as string })
  })
})
