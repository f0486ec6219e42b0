import { expect, test } from '../fixtures/strata.ts'

test('a window without machines says so and offers to make one', async ({ page, virsh }) => {
  await expect(page).toHaveTitle(/Strata/)
  await expect(page.getByText('This computer').first()).toBeVisible()
  await expect(
    page
      .getByRole('button', { name: /new machine/i })
      .or(page.getByRole('link', { name: /new machine/i }))
      .first(),
  ).toBeVisible()
  expect(await virsh.machineNames()).toEqual([])
})

test('a machine that somebody else defines appears by itself, and goes by itself', async ({ page, virsh }) => {
  await expect(page.getByText('This computer').first()).toBeVisible()
  await virsh.defineEmptyMachine('from outside')
  const machine = page.getByText('from outside').first()
  await expect(machine).toBeVisible()
  await virsh.run('undefine', 'from outside')
  await expect(machine).toBeHidden()
})
