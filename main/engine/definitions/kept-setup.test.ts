import type { MachineSetup } from '@strata/contract/machine-setup.ts'
import { DomainXml } from 'node-libvirt/xml'
import { describe, expect, it } from 'vitest'

import { furtherSetup } from './further-setup.ts'
import { readKeptSetup, writeKeptSetup } from './kept-setup.ts'
import { setupHistory } from '../machine-setup/setup-history.ts'

const failed: MachineSetup = {
  ...{ by: 'cloud-init', userName: 'ada', startedAtMs: 1, phase: 'failed', tookMs: 61_000 },
  troubles: [{ stage: 'modules-final', module: 'scripts-user', message: `<b>&"it's"</b>` }],
}

describe('a set-up in a definition', () => {
  it('comes back as it was put in', () => {
    const definition = DomainXml.parse('<domain><name>a</name></domain>')
    expect(readKeptSetup(definition.metadata)).toBeNull()
    writeKeptSetup(definition.metadata, failed)
    expect(readKeptSetup(DomainXml.parse(definition.toString()).metadata)).toEqual(failed)
  })

  it('that nobody can understand is none', () => {
    for (const text of ['', 'no JSON', '{"phase":"from-a-later-strata"}']) {
      const xml = `<domain><metadata><s:setup xmlns:s="urn:strata:setup:1">${text}</s:setup></metadata></domain>`
      expect(readKeptSetup(DomainXml.parse(xml).metadata)).toBeNull()
    }
  })

  it('does not take back what the guest has told, until the machine starts again', () => {
    const starting: MachineSetup = { by: 'cloud-init', userName: null, startedAtMs: 1, phase: 'starting' }
    const going: MachineSetup = { ...starting, phase: 'setting-up', stage: 'init' }
    expect(furtherSetup(going, starting)).toBe(going)
    expect(furtherSetup(going, { ...starting, startedAtMs: null })).toMatchObject({ phase: 'starting' })
    expect(furtherSetup(going, failed)).toBe(failed)
    expect(furtherSetup(going, null)).toBeNull()
  })
})

describe('the history of a set-up', () => {
  it('says how long it took, or what failed', () => {
    const base = { by: 'cloud-init' as const, userName: null, startedAtMs: 1 }
    expect(setupHistory({ ...base, phase: 'ready', tookMs: 41_200, warnings: [] }, 5)).toMatchObject({
      atMs: 5,
      title: 'Set up inside after 41 s',
      notes: [],
    })
    expect(setupHistory(failed, 5)).toMatchObject({
      title: 'cloud-init ended with errors: scripts-user',
      notes: [`scripts-user: <b>&"it's"</b>`],
    })
  })
})
