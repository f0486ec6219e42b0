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
