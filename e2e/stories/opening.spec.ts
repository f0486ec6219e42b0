import { expect, test } from '../fixtures/strata.ts'

test('the window opens on this computer, whose machines are those that libvirt knows', async ({ page, virsh }) => {
  await expect(page).toHaveTitle(/Strata/)
  await expect(page.getByText('This computer').first()).toBeVisible()
  expect(await virsh.machineNames()).toEqual([])
})
