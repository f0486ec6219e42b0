import { join } from 'node:path'

import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'

import { hostId, startTestEngine, type TestEngine } from '../testing/test-engine.ts'
import { makeGuest, type TestGuest } from '../testing/test-guest.ts'

vi.setConfig({ testTimeout: 60_000 }) // real guests, on machines that may be busy

describe('a machine that was defined elsewhere', () => {
  let test: TestEngine
  beforeAll(async () => {
    test = await startTestEngine()
  }, 60_000)
  afterAll(() => test.stop(), 60_000)

  const start = ({ uuid }: TestGuest, allowedReaches?: string[]) =>
    test.client.machines.power({ hostId, uuid, action: 'start', ...(allowedReaches && { allowedReaches }) })
  const reachesOf = ({ uuid }: TestGuest) => test.client.machines.reaches({ hostId, uuid })
  const off = async ({ uuid, domain }: TestGuest) => {
    await domain.destroy()
    await test.until(({ machines }) => machines.get(uuid)?.state === 'shut-off')
  }
  /** As whoever has virsh would write it. */
  const serialTo = async ({ domain }: TestGuest, path: string) => {
    const text = await domain.getXMLDesc(['inactive'])
    await test.libvirt.domainDefineXML(
      text.replace('</devices>', `<serial type='file'><source path='${path}'/></serial></devices>`),
    )
  }

  it('starts at once where it reaches nothing but its own disks', async () => {
    const guest = await makeGuest(test, 'plain')
    expect(await reachesOf(guest)).toEqual([])
    await start(guest)
    await off(guest)
  })

  it('is started only when each line that reaches out is allowed, and asks no more then', async () => {
    const guest = await makeGuest(test, 'foreign')
    const folder = await test.folder('logs')
    await serialTo(guest, join(folder, 'one.log'))
    await expect(start(guest)).rejects.toMatchObject({
      code: 'not-permitted',
      message: expect.stringContaining(join(folder, 'one.log')) as string,
      data: { field: 'allowedReaches' },
    })
    expect(await guest.domain.isActive()).toBe(false)
    const reaches = await reachesOf(guest)
    expect(reaches).toMatchObject([{ kind: 'writes' }])
    const ids = reaches.map(({ id }) => id)
    await expect(start(guest, ['another'])).rejects.toMatchObject({ code: 'not-permitted' })
    await start(guest, ids)
    await off(guest)
    expect(await reachesOf(guest)).toEqual([])
    await start(guest)
    await off(guest)
  })

  it('asks again for what is written into it later', async () => {
    const guest = await makeGuest(test, 'changed')
    await start(guest)
    await off(guest)
    await serialTo(guest, join(test.daemon.dataFolder, 'two.log'))
    await expect(start(guest)).rejects.toMatchObject({ code: 'not-permitted' })
  })
})
