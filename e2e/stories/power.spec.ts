import { expect, test } from '../fixtures/strata.ts'
import { defineGuest } from '../guest/define-guest.ts'
import { Guest } from '../guest/guest.ts'
import { StrataWindow } from '../pages/strata-window.ts'

test('a guest with a power button shuts down when asked, and starts again', async ({ page, virsh, guestImage }) => {
  await defineGuest(virsh, { name: 'polite', iso: guestImage })
  const strata = new StrataWindow(page)
  const machine = await strata.openMachine('polite')

  // Its disc lies in no storage pool, and virsh was told to read it, not Strata.
  await machine.power('Start')
  await machine.allowAndStart()
  await expect(machine.sentence('Running')).toBeVisible()
  await new Guest(virsh, 'polite').hasBooted()

  await machine.power('Shut down')
  await expect(machine.sentence('Off')).toBeVisible({ timeout: 60_000 })
  expect(await virsh.stateOf('polite')).toBe('shut off')

  await machine.power('Start')
  await expect(machine.sentence('Running')).toBeVisible()
  await machine.power('Force off')
  await expect(machine.sentence('Off')).toBeVisible()
  expect(await virsh.stateOf('polite')).toBe('shut off')
})

test('a guest that does not react is told of, and can be forced off', async ({ page, virsh }) => {
  await defineGuest(virsh, { name: 'deaf' })
  const strata = new StrataWindow(page)
  const machine = await strata.openMachine('deaf')
  await machine.power('Start')
  await expect(machine.sentence('Running')).toBeVisible()

  await machine.power('Shut down')
  await expect(page.getByText(/Asked to shut down .* ago; the guest has not reacted yet/)).toBeVisible()
  expect(await virsh.stateOf('deaf')).toBe('running')
  await machine.power('Force off')
  await expect(machine.sentence('Off')).toBeVisible()
})

test('a machine is saved, and goes on where it was', async ({ page, virsh, guestImage }) => {
  await defineGuest(virsh, { name: 'sleeper', iso: guestImage })
  await virsh.run('start', 'sleeper')
  const strata = new StrataWindow(page)
  const machine = await strata.openMachine('sleeper')
  await new Guest(virsh, 'sleeper').hasBooted()
  const screenTab = await machine.openConsole()
  await expect(screenTab.connected).toBeVisible()
  await screenTab.typeLine('echo still-$((40+2))')
  await new Guest(virsh, 'sleeper').shows('still-42')

  await machine.power('Save and switch off')
  await expect(machine.sentence('Off, state saved')).toBeVisible({ timeout: 60_000 })
  expect(await virsh.run('dominfo', 'sleeper')).toMatch(/Managed save:\s+yes/)

  await machine.power('Start')
  await machine.allowAndStart() // virsh started it the first time
  await expect(machine.sentence('Running')).toBeVisible({ timeout: 60_000 })
  expect(await virsh.screenTextOf('sleeper')).toContain('still-42')
})

test('what happens outside of Strata shows by itself', async ({ page, virsh }) => {
  const strata = new StrataWindow(page)
  await expect(strata.newMachineButton).toBeVisible()
  await defineGuest(virsh, { name: 'outsider' })
  await expect(strata.machineLine('outsider')).toBeVisible()
  const machines = await strata.openAllMachines()
  await expect(machines.row('outsider')).toContainText('Off')
  await virsh.run('start', 'outsider')
  await expect(machines.row('outsider')).toContainText('Running')
  await virsh.run('destroy', 'outsider')
  await virsh.run('undefine', 'outsider')
  await expect(machines.row('outsider')).toHaveCount(0)
})
