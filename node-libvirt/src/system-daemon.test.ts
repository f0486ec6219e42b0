import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { isAtLeast } from '../testing/libvirt-version.ts'
import { canStartSystemDaemon, startSystemDaemon, type SystemDaemon } from '../testing/system-daemon.ts'
import type { Connection } from './connection.ts'
import { LibvirtError } from './errors.ts'
import { openConnection } from './open.ts'

// What only a daemon of the system can do: filters for network cards, networks with a bridge, the host's own interfaces.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

const owner = `<owner><name>guest</name><uuid>6695eb01-f6a4-8304-79aa-97f2502e193f</uuid></owner>`
const mac = `<mac address='52:54:00:00:00:01'/>`

// A daemon of the system wants root’s rights, and a computer on which none runs.
describe.skipIf(!canStartSystemDaemon())('a daemon of the system', () => {
  let daemon: SystemDaemon
  let connection: Connection

  beforeAll(async () => {
    daemon = await startSystemDaemon()
    connection = await openConnection(daemon.uri)
  })

  afterAll(async () => {
    await connection.close()
    await daemon.stop()
  })

  it('keeps filters, and lets one go only when nothing uses it', async () => {
    expect(await connection.getUri()).toBe('qemu:///system')
    const filter = await connection.nwfilterDefineXML(
      `<filter name='no-web' chain='root'><rule action='drop' direction='in' priority='500'><tcp dstportstart='80'/></rule></filter>`,
    )
    expect((await connection.listAllNWFilters()).map((one) => one.name)).toEqual(['no-web'])
    expect((await connection.nwfilterLookupByName('no-web')).uuid).toBe(filter.uuid)
    expect((await connection.nwfilterLookupByUUID(filter.uuid)).name).toBe('no-web')
    expect(await filter.getXMLDesc()).toContain(`dstportstart='80'`)

    const binding = await connection.nwfilterBindingCreateXML(
      `<filterbinding>${owner}<portdev name='${daemon.device}'/>${mac}<filterref filter='no-web'/></filterbinding>`,
    )
    expect([binding.portDev, binding.filterName]).toEqual([daemon.device, 'no-web'])
    expect((await connection.listAllNWFilterBindings()).map((one) => one.portDev)).toEqual([daemon.device])
    const found = await connection.nwfilterBindingLookupByPortDev(daemon.device)
    expect(await found.getXMLDesc()).toContain(`<filterref filter='no-web'>`)
    await expect(filter.undefine()).rejects.toMatchObject({ code: 'operation-invalid' })

    await binding.delete()
    await expect(connection.nwfilterBindingLookupByPortDev(daemon.device)).rejects.toMatchObject({
      code: 'no-nwfilter-binding',
    })
    await filter.undefine()
    await expect(connection.nwfilterLookupByName('no-web')).rejects.toMatchObject({ code: 'no-nwfilter' })
  })

  it('runs a network on a bridge of its own, with ports', async () => {
    const events = connection.networkEvents('lifecycle')
    await events.ready
    const network = await connection.networkCreateXML(
      `<network><name>apart</name><bridge name='virbr-apart'/><dns enable='no'/><ip address='10.77.0.1' netmask='255.255.255.0'/></network>`,
    )
    expect((await events.next()).value).toMatchObject({ event: 'started', network: { name: 'apart' } })
    await events.return()
    expect(await network.getBridgeName()).toBe('virbr-apart')
    expect(await network.getDHCPLeases()).toEqual([])

    const wanted = `<networkport><uuid>4d7c3c1a-6e1a-4c53-9f6e-0f6f2c1c9a01</uuid>${owner}${mac}</networkport>`
    const port = await network.portCreateXML(wanted)
    expect((await network.listAllPorts()).map((one) => one.uuid)).toEqual([port.uuid])
    expect(await (await network.portLookupByUUID(port.uuid)).getXMLDesc()).toContain('52:54:00:00:00:01')
    await port.setParameters({ 'inbound.average': 100 })
    expect(await port.getParameters()).toMatchObject({ 'inbound.average': 100 })
    await port.delete()
    expect(await network.listAllPorts()).toEqual([])
    await network.destroy()
    await expect(connection.networkLookupByName('apart')).rejects.toMatchObject({ code: 'no-network' })
  })

  it('tells of the host’s own interfaces', async ({ skip }) => {
    const all = await connection.listAllInterfaces().catch((error: unknown) => {
      if (error instanceof LibvirtError && error.isUnsupported) return null
      throw error
    })
    if (all === null) return skip('this daemon comes without its driver for interfaces, and said so')
    const active = new Set((await connection.listAllInterfaces(['active'])).map(({ name }) => name))
    // Old daemons know only what the host's own configuration names, and these have none.
    if (await isAtLeast(connection, '9.0')) expect(all.map(({ name }) => name)).toContain('lo')
    else expect(all).toEqual([])
    for (const one of all) {
      expect(await one.isActive()).toBe(active.has(one.name))
      expect(await (await connection.interfaceLookupByName(one.name)).getXMLDesc()).toContain(`name='${one.name}'`)
    }
  })
})
