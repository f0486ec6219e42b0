import { expect, test } from '../fixtures/strata.ts'
import { defineGuest } from '../guest/define-guest.ts'
import { StrataWindow } from '../pages/strata-window.ts'

test('a machine that is made from a template has a disk of its own on top of the template’s', async ({
  page,
  virsh,
}) => {
  await defineGuest(virsh, { name: 'base', diskMiB: 8 })
  const strata = new StrataWindow(page)
  const base = await strata.openMachine('base')
  await base.setTemplate()
  const create = await base.newFromTemplate()
  await expect(create.chosenCard).toContainText('base')
  await create.field('Name').fill('first')
  await create.createButton.click()
  await expect(page).toHaveURL(/\/console$/, { timeout: 60_000 })

  const diskOf = async (name: string) => /vda\s+(\S+)/.exec(await virsh.run('domblklist', name))?.[1] ?? ''
  const [own, templates] = [await diskOf('first'), await diskOf('base')]
  expect(own).not.toBe(templates)
  expect(await virsh.run('vol-dumpxml', own)).toMatch(new RegExp(`<backingStore>\\s*<path>${templates}</path>`))
  expect(await virsh.stateOf('first')).toBe('running')
  // The template's disk is only read from now on.
  await strata.openMachine('base')
  await expect(base.header.getByRole('button', { name: 'Start', exact: true })).toHaveCount(0)
})

test('a machine is made from a restore point while the one that has it goes on, and relies on nothing of it', async ({
  page,
  virsh,
}) => {
  await defineGuest(virsh, { name: 'web', diskMiB: 8 })
  await virsh.run('start', 'web')
  const strata = new StrataWindow(page)
  const points = await (await strata.openMachine('web')).openSnapshots()
  await points.takeNamed('before the update', '')
  const create = await points.newMachine('before the update')
  await expect(create.chosenCard).toContainText('before the update')
  await expect(create.field('Name')).toHaveValue('web-2')
  await expect(create.summary.getByText(/as after a power cut/)).toBeVisible()
  await create.createButton.click()
  await expect(page).toHaveURL(/\/console$/, { timeout: 60_000 })
  expect(await Promise.all(['web', 'web-2'].map((name) => virsh.stateOf(name)))).toEqual(['running', 'running'])
  const disk = /vda\s+(\S+)/.exec(await virsh.run('domblklist', 'web-2'))?.[1] ?? ''
  expect(disk).toMatch(/web-2\.qcow2$/)
  expect(await virsh.run('vol-dumpxml', disk)).not.toContain('<backingStore>')
  expect(await virsh.snapshotNames('web')).toEqual(['before the update'])

  // The next time it is found among all that machines are made from.
  const again = await strata.newMachine()
  await again.search.fill('web update')
  await again.choose(/before the update/)
  await expect(again.field('Name')).toHaveValue('web-3')
})
