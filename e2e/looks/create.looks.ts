import { defineGuest } from '../guest/define-guest.ts'
import { StrataWindow } from '../pages/strata-window.ts'
import { expect, test } from './look.ts'

const GIB = 2 ** 30

test('making a machine', async ({ page, virsh, daemon, look, lookNarrow, download }) => {
  await virsh.run('pool-define-as', 'default', 'dir', '--target', `${daemon.baseFolder}/images`)
  await virsh.run('pool-build', 'default')
  await virsh.run('pool-start', 'default')
  const image = download('small-linux.iso')
  const large = download('large-linux.iso', 6 * GIB)
  await defineGuest(virsh, { name: 'web-server' })
  const strata = new StrataWindow(page)
  const create = await strata.newMachine()
  await expect(page.getByText('small-linux.iso').first()).toBeVisible()
  await look('create-images')

  const dialog = await create.openFileDialog()
  await dialog.path.fill(`${image.slice(0, image.lastIndexOf('/'))}/`)
  await page.keyboard.press('Enter')
  await dialog.entry('small-linux.iso').click()
  await expect(dialog.chooseButton).toBeEnabled()
  await look('file-chooser')
  await dialog.path.fill('/nowhere/at/all.iso')
  await expect(dialog.chooseButton).toBeDisabled()
  await expect(dialog.dialog.getByText(/\/nowhere\/at\/all\.iso/)).toBeVisible()
  await look('file-chooser-problem')
  await dialog.path.fill(image)
  await dialog.chooseButton.click()

  await create.field('Name').fill('database')
  await expect(create.createButton).toBeEnabled()
  await page.getByRole('heading', { name: 'What do you want to run?' }).click()
  await look('create-chosen')
  await lookNarrow('create-chosen')

  await create.field('Name').fill('web-server')
  await create.field('Memory').fill('900 GiB')
  await expect(create.summary.getByRole('alert').first()).toBeVisible()
  await look('create-finding')

  await create.field('Name').fill('database')
  await create.field('Memory').fill('1 GiB')
  await create.summary.getByRole('button', { name: 'Customise' }).click()
  await expect(create.summary.getByLabel('Pool', { exact: true })).toBeVisible()
  await look('create-customised')

  await create.chooseFile(large)
  await create.use('Copy into the pool')
  await expect(create.createButton).toBeEnabled()
  await create.createButton.click()
  await expect(create.summary.getByRole('progressbar').first()).toBeVisible()
  await look('create-in-progress')
  await create.cancelButton.click()
  await expect(create.summary.getByText(/^Cancelled/)).toBeVisible()
  await look('create-cancelled')
})
