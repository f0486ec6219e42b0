import { execFileSync } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import type { InventoryMessage } from '@strata/contract/hosts.ts'
import { openConnection } from 'node-libvirt'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { startDaemon, type RealDaemon } from '../../../node-libvirt/testing/real-daemon.ts'
import { HostRegistry } from './host-registry.ts'
import { Host } from './host.ts'
import { watchInventory } from './inventory-stream.ts'
import { KvmTrial } from './kvm-trial.ts'

describe('the picture of a host', () => {
  let daemon: RealDaemon

  beforeAll(async () => {
    daemon = await startDaemon()
  }, 60_000)
  afterAll(() => daemon.stop(), 60_000)

  it('smoke', async () => {
    const fleet = join(daemon.dataFolder, 'fleet.xml')
    await writeFile(fleet, execFileSync(process.execPath, ['scripts/make-fleet.mjs', process.env['N'] ?? '1000'], { encoding: 'utf8', maxBuffer: 1e9 }))
    const uri = daemon.uri(`test://${fleet}`)
    const host = new Host({ id: 'demo', label: 'Demo', uri, kind: 'test' }, { log: pino({ level: 'debug' }), kvmTrial: new KvmTrial(daemon.dataFolder) })
    const t0 = performance.now()
    host.start()
    await host.whenConnected()
    console.log('connected', performance.now() - t0, host.inventory.machines().length, host.inventory.machines()[5], host.picture())
    const registry = new HostRegistry([host])
    const stream = watchInventory(registry)
    const first = await stream.next()
    console.log(first.value?.type)
    const other = await openConnection(uri)
    await other.close()
    const t1 = performance.now()
    let patches = 0
    const running = host.inventory.machines().filter((m) => m.state === 'running')
    const all = Promise.all(running.map(async (m) => (await host.inventory.domain(m.uuid)).suspend()))
    let seen = 0
    while (seen < running.length) {
      const { value } = await stream.next() as IteratorResult<InventoryMessage>
      patches++
      console.log(performance.now()-t1, value.type, value.type==='patch'?[value.machines.changed.length,value.hosts.changed.length, host.inventory.machines().filter((m) => m.state === 'paused').length,running.length]:0)
      if (value.type === 'patch') seen += value.machines.changed.length
      else seen = host.inventory.machines().filter((m) => m.state === 'paused').length
    }
    await all
    console.log('suspended', running.length, performance.now() - t1, patches)
    await host.close()
  }, 20_000)
})
