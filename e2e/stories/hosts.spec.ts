import { HostAddDialog, HostPage } from '../pages/host-dialogs.ts'
import { StrataWindow } from '../pages/strata-window.ts'
import { expect, test } from '../fixtures/strata.ts'

test('a host is added by its address, shows its machines, and is taken from the list again', async ({
  daemon,
  page: window,
}) => {
  const strata = new StrataWindow(window)
  await strata.hostTree.waitFor()
  await window.getByRole('button', { name: 'Add a host' }).click()
  const adding = new HostAddDialog(window)

  // What does not answer says why, and is kept only on a second word.
  await adding.address.fill('qemu+unix:///session?socket=/nowhere/libvirt-sock')
  await adding.add()
  await expect(adding.problem).toContainText('not running')
  await expect(adding.dialog.getByRole('button', { name: 'Add it all the same' })).toBeVisible()

  await adding.address.fill(daemon.uri('test:///default'))
  await expect(adding.problem).toBeHidden()
  await adding.try()
  await expect(adding.dialog).toContainText('a demonstration, nothing is at stake')
  await expect(adding.dialog).toContainText('1 machine')
  await adding.name.fill('Toys')
  await adding.add()

  const page = new HostPage(window)
  await expect(page.title).toHaveText('Toys')
  await expect(strata.machineLine('test')).toBeVisible()

  await page.rename('Toy box')
  await expect(page.title).toHaveText('Toy box')
  await page.removeFromList()
  await expect(strata.machineLine('test')).toBeHidden()
  await expect(strata.hostTree.getByRole('treeitem', { name: /^Toy box/ })).toBeHidden()
})
