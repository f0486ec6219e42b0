import { defineGuest } from '../guest/define-guest.ts'
import { StrataWindow } from '../pages/strata-window.ts'
import { expect, takeBoth, test } from './look.ts'

test('a host that does not answer', async ({ page, virsh, daemon, look }) => {
  await defineGuest(virsh, { name: 'web-server', diskMiB: 64 })
  const strata = new StrataWindow(page)
  const machine = await strata.openMachine('web-server')
  await expect(machine.heading).toBeVisible()
  await daemon.kill()
  await expect(page.getByText('This computer does not answer.').first()).toBeVisible()
  await look('unreachable-machine')
  await strata.openAllMachines()
  await look('unreachable-machines')
  await strata.hostTree.getByRole('treeitem', { name: /^This computer/ }).click()
  await look('unreachable-host')
})

test('an engine that is gone', async ({ app, browser }) => {
  const page = await app.openPage(browser, () => undefined)
  await expect(page.getByRole('heading', { name: 'No machines yet' })).toBeVisible()
  await app.stop('SIGKILL')
  await expect(page.getByText('The connection to Strata’s engine is lost.').first()).toBeVisible()
  await takeBoth(page, 'engine-lost')
  await page.close()
})
