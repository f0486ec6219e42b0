import { expect, test } from '../fixtures/strata.ts'
import { defineGuest } from '../guest/define-guest.ts'
import { StrataWindow } from '../pages/strata-window.ts'

test('a daemon that dies is explained, and the window is right again when it returns', async ({
  page,
  virsh,
  daemon,
  guestImage,
}) => {
  await defineGuest(virsh, { name: 'survivor', iso: guestImage })
  await virsh.run('start', 'survivor')
  const strata = new StrataWindow(page)
  const machine = await strata.openMachine('survivor')
  const screenTab = await machine.openConsole()
  await expect(screenTab.connected).toBeVisible()

  await daemon.kill()
  await expect(page.getByText('This computer does not answer.').first()).toBeVisible()
  await expect(strata.hostTree.getByRole('treeitem', { name: /This computer.*no answer/i })).toBeVisible()
  // The last picture stays: the machine may be running all the same, and here it is.
  await expect(machine.heading).toBeVisible()
  const machines = await strata.openAllMachines()
  await expect(machines.row('survivor')).toContainText('Last seen')
  await expect(page.getByRole('alert').filter({ hasText: 'This computer does not answer' })).toContainText(/libvirt/)

  await daemon.start()
  await expect(machines.row('survivor')).toContainText('Running', { timeout: 30_000 })
  await expect(page.getByRole('alert')).toHaveCount(0)
  await virsh.run('destroy', 'survivor') // events come again
  await expect(machines.row('survivor')).toContainText('Off')
})

test('a daemon that was never there is explained, and used once it is there', async ({ daemon, app, browser }) => {
  await app.stop()
  await daemon.kill()
  await app.start()
  const page = await app.openPage(browser, () => undefined)
  await expect(page.getByRole('alert').filter({ hasText: 'This computer does not answer' })).toBeVisible()
  await expect(page.getByRole('button', { name: 'Try now' }).first()).toBeVisible()
  await daemon.start()
  await expect(page.getByRole('heading', { name: 'No machines yet' })).toBeVisible({ timeout: 30_000 })
  await page.close()
})
