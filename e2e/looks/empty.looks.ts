import { StrataWindow } from '../pages/strata-window.ts'
import { expect, test } from './look.ts'

test('a window without machines', async ({ page, look, lookNarrow }) => {
  const strata = new StrataWindow(page)
  await expect(page.getByRole('heading', { name: 'No machines yet' })).toBeVisible()
  await look('machines-empty')
  await lookNarrow('machines-empty')

  await strata.openTrash()
  await expect(page.getByRole('heading', { name: 'The trash is empty' })).toBeVisible()
  await look('trash-empty')

  await expect((await strata.openImages()).emptyState).toBeVisible()
  await look('images-empty')

  await page.getByRole('link', { name: /^Settings/ }).click()
  await expect(page.getByRole('heading', { name: 'Settings' })).toBeVisible()
  await look('settings')

  await strata.hostTree.getByRole('treeitem', { name: /^This computer/ }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'This computer' })).toBeVisible()
  await expect(page.getByText('Connection to libvirt')).toBeVisible()
  await look('host-empty')

  await strata.newMachine()
  await expect(page.getByRole('heading', { name: 'What do you want to run?' })).toBeVisible()
  await expect(page.getByRole('heading', { name: 'Ready to boot' })).toBeVisible()
  await look('create-empty')

  await page.keyboard.press('Escape')
  await page.getByRole('heading', { level: 1 }).click()
  await page.keyboard.press('?')
  await expect(page.getByRole('dialog', { name: 'Keys' })).toBeVisible()
  await look('keys')
})
