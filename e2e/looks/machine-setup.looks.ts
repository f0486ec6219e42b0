import type { MachineSetup } from '@strata/contract/machine-setup.ts'

import type { Virsh } from '../daemon/virsh.ts'
import { defineGuest } from '../guest/define-guest.ts'
import { StrataWindow } from '../pages/strata-window.ts'
import { expect, test } from './look.ts'

const NAME = 'web-server'
const base = { by: 'cloud-init', userName: 'ada' } as const

/** As the engine keeps it: a guest without a system never answers, so that nothing else changes it. */
async function keep(virsh: Virsh, setup: MachineSetup): Promise<void> {
  const element = `<setup>${JSON.stringify(setup)}</setup>`
  await virsh.run('metadata', NAME, '--uri', 'urn:strata:setup:1', '--key', 'strata-setup', '--live', '--set', element)
}

test('the set-up inside a machine', async ({ page, virsh, look, lookNarrow }) => {
  await defineGuest(virsh, { name: NAME, diskMiB: 64 })
  await virsh.run('start', NAME)
  const machine = await new StrataWindow(page).openMachine(NAME)
  const startedAtMs = Date.now()

  await keep(virsh, { ...base, phase: 'starting', startedAtMs })
  await expect(machine.setup.getByRole('img')).toBeVisible()
  await look('setup-starting')
  await keep(virsh, { ...base, phase: 'setting-up', stage: 'modules-config', startedAtMs })
  await expect(machine.setup).toContainText('applies the settings')
  await look('setup-going')
  await lookNarrow('setup-going')
  await page.clock.setSystemTime(startedAtMs + 25 * 60_000)
  await keep(virsh, { ...base, phase: 'setting-up', stage: 'modules-final', startedAtMs })
  await expect(machine.setup).toContainText('longer than usual')
  await look('setup-slow')
  await lookNarrow('setup-slow')
  await keep(virsh, { ...base, by: 'installer', phase: 'installing', startedAtMs })
  await expect(machine.setup).toContainText('installs itself')
  await look('setup-installing')

  await keep(virsh, { ...base, phase: 'ready', startedAtMs, tookMs: 41_000, warnings: [] })
  await expect(machine.ready).toBeVisible()
  await look('setup-ready')
  const trouble = { stage: 'modules-final', module: 'scripts-user' } as const
  const message = 'Runparts: 1 failures (runcmd) in 1 attempted commands'
  await keep(virsh, { ...base, phase: 'failed', startedAtMs, tookMs: 185_000, troubles: [{ ...trouble, message }] })
  await page.getByText('own words').click()
  await look('setup-failed')
  await lookNarrow('setup-failed')
  await keep(virsh, { ...base, phase: 'unreadable', startedAtMs, tookMs: 30_000, reason: 'refused' })
  await expect(page.getByText('cannot be read')).toBeVisible()
  await look('setup-unreadable')
})
