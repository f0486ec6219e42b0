import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fleetXml } from './make-fleet.mjs'

describe('a made-up fleet', () => {
  /** @type {string} */
  let folder
  /** @type {(...args: string[]) => string[]} */
  let virsh

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'fleet-'))
    const path = join(folder, 'fleet.xml')
    writeFileSync(path, fleetXml({ machines: 200 }))
    virsh = (...args) => {
      const output = execFileSync('virsh', ['--quiet', '--connect', `test://${path}`, ...args], { encoding: 'utf8' })
      return output.split('\n').filter((line) => line.trim() !== '')
    }
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  it('is the same for the same numbers, and another for another seed', () => {
    expect(fleetXml({ machines: 30 })).toBe(fleetXml({ machines: 30 }))
    expect(fleetXml({ machines: 30, seed: 2 })).not.toBe(fleetXml({ machines: 30 }))
  })

  it('is accepted by the test driver, whole', () => {
    expect(virsh('list', '--all', '--name')).toHaveLength(200)
    expect(virsh('net-list', '--all', '--name')).toHaveLength(3)
    expect(virsh('vol-list', 'fleet')).toHaveLength(200)
  })

  it('holds machines in every state, some with saved memory, some that vanish when they stop', () => {
    const states = virsh('list', '--all').map((line) =>
      line
        .trim()
        .split(/\s{2,}/)
        .at(-1),
    )
    expect(new Set(states)).toEqual(new Set(['running', 'shut off', 'paused', 'crashed', 'pmsuspended']))
    expect(virsh('list', '--all', '--with-managed-save', '--name').length).toBeGreaterThan(0)
    expect(virsh('list', '--all', '--transient', '--name').length).toBeGreaterThan(0)
  })

  it('holds chains of restore points with the last one current', () => {
    const [machine = ''] = virsh('list', '--all', '--with-snapshot', '--name')
    const names = virsh('snapshot-list', machine, '--name').map((name) => name.trim())
    const current = virsh('snapshot-current', machine, '--name').map((name) => name.trim())
    expect(names).toContain(current[0])
  })

  it('has names that a layout must survive', () => {
    const names = virsh('list', '--all', '--name')
    expect(names.some((name) => name.length > 80)).toBe(true)
    expect(names.some((name) => name.includes('são'))).toBe(true)
  })
})
