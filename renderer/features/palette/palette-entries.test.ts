import { describe, expect, it, vi } from 'vitest'

import { generateFleet, generateMachine } from '../../testing/generated-fleet.ts'
import { paletteEntries, type PaletteWorld } from './palette-entries.ts'

function worldOf(count: number): PaletteWorld {
  const { machines, hosts } = generateFleet(count)
  return {
    machines,
    hosts,
    go: vi.fn(),
    power: vi.fn(),
    check: vi.fn(),
    setTheme: vi.fn(),
    addHost: vi.fn(),
    showKeys: vi.fn(),
  }
}

describe('the palette', () => {
  it('goes to the right machine among a thousand with its name and Enter', () => {
    const world = worldOf(1000)
    const [first] = paletteEntries('git-17', world)
    expect(first?.label).toBe('git-17')
    first?.run()
    const machine = world.machines.find((one) => one.name === 'git-17')
    expect(world.go).toHaveBeenCalledWith(`/machines/${machine?.hostId}/${machine?.uuid}`)
  })

  it('understands a verb before a name, for machines where it is possible', () => {
    const off = { ...generateMachine('local', 1), name: 'web', state: 'shut-off' as const }
    const on = { ...generateMachine('local', 2), name: 'web-running', state: 'running' as const }
    const world = { ...worldOf(0), machines: [off, on] }
    const starts = paletteEntries('start web', world).filter((entry) => entry.label.startsWith('Start'))
    expect(starts.map((entry) => entry.label)).toEqual(['Start: web'])
    starts[0]?.run()
    expect(world.power).toHaveBeenCalledWith(off, 'start')
  })

  it('knows verbs of two words', () => {
    const world = {
      ...worldOf(0),
      machines: [{ ...generateMachine('local', 2), name: 'web', state: 'running' as const }],
    }
    expect(paletteEntries('shut down web', world).map((entry) => entry.label)).toContain('Shut down: web')
  })

  it('has a machine checked by the verb before its name', () => {
    const web = { ...generateMachine('local', 2), name: 'web' }
    const world = { ...worldOf(0), machines: [web] }
    paletteEntries('check web', world)
      .find((entry) => entry.label === 'Check web')
      ?.run()
    expect(world.check).toHaveBeenCalledWith(web)
  })

  it('offers what can be done with the one machine that is meant', () => {
    const world = worldOf(1000)
    const labels = paletteEntries('git-17', world).map((entry) => entry.label)
    expect(labels).toContain('Console of git-17')
  })

  it('shows the window’s own acts when nothing is typed, and finds them by any of their words', () => {
    const world = worldOf(3)
    expect(paletteEntries('', world)[0]?.label).toBe('New machine')
    expect(paletteEntries('dark', world).map((entry) => entry.label)).toContain('Use dark colours')
  })
})
