import { expect, test } from '../fixtures/strata.ts'
import { defineGuest } from '../guest/define-guest.ts'
import { smallPool } from '../daemon/small-pool.ts'
import { StrataWindow } from '../pages/strata-window.ts'

test('an ISO path that is wrong is refused where it is typed', async ({ page, virsh }) => {
  const create = await new StrataWindow(page).newMachine()
  const dialog = await create.openFileDialog()
  await dialog.path.fill('/nowhere/at/all.iso')
  await expect(dialog.dialog.getByText(/\/nowhere\/at\/all\.iso/)).toBeVisible()
  await expect(dialog.chooseButton).toBeDisabled()
  await dialog.cancel()
  await expect(create.summary.getByText('all.iso')).toHaveCount(0)
  expect(await virsh.machineNames()).toEqual([])
})

test('a file that is no ISO is refused with what it is', async ({ page }) => {
  const create = await new StrataWindow(page).newMachine()
  const dialog = await create.openFileDialog()
  await dialog.path.fill('/etc/passwd')
  await expect(dialog.dialog.getByText(/not an? (ISO|installation)|no ISO/i)).toBeVisible()
  await expect(dialog.chooseButton).toBeDisabled()
})

test('a name that is taken is said while typing, with one that is free', async ({ page, virsh, guestImage }) => {
  await defineGuest(virsh, { name: 'taken' })
  const create = await new StrataWindow(page).newMachine()
  await create.chooseFile(guestImage)
  await create.field('Name').fill('taken')
  await expect(create.summary.getByRole('alert').filter({ hasText: 'taken' })).toBeVisible()
  await expect(create.createButton).toBeDisabled()
  await create.summary.getByRole('button', { name: /^Call it / }).click()
  await expect(create.createButton).toBeEnabled()
  expect(await virsh.machineNames()).toEqual(['taken'])
})

test('a pool that runs full while the image is copied leaves nothing behind, and the form as it was', async ({
  page,
  virsh,
  guestImage,
}) => {
  // Room for the machine's disk and for a part of the image: the check cannot know what the last bytes will meet.
  await using pool = await smallPool(virsh, 'small', { roomMiB: 64 })
  const create = await new StrataWindow(page).newMachine()
  await create.chooseFile(guestImage)
  await create.use('Copy into the pool')
  await create.field('Name').fill('too-big')
  await create.summary.getByRole('button', { name: 'Customise' }).click()
  const pools = create.summary.getByLabel('Pool', { exact: true })
  await pools.selectOption(await pools.getByRole('option', { name: /^small,/ }).getAttribute('value'))
  await expect(create.createButton).toBeEnabled()
  await pool.fill()
  await create.createButton.click()

  await expect(create.problem.filter({ hasText: /room|space|full/i })).toBeVisible({ timeout: 60_000 })
  await expect(create.field('Name')).toHaveValue('too-big')
  expect(await virsh.machineNames()).toEqual([])
  expect(await pool.volumeNames()).toEqual([])
})
