import { expect, test } from '../fixtures/strata.ts'
import { defineGuest } from '../guest/define-guest.ts'
import { StrataWindow } from '../pages/strata-window.ts'

test('a deleted machine comes back from the trash with its disk and its restore points', async ({ page, virsh }) => {
  await defineGuest(virsh, { name: 'regretted', diskMiB: 64 })
  await virsh.run('snapshot-create-as', 'regretted', 'as-it-was')
  // Sorted: libvirt lists controllers in another order when it reads its own definition again.
  const definition = async () => (await virsh.list('dumpxml', 'regretted', '--inactive')).toSorted()
  const before = await definition()
  const strata = new StrataWindow(page)

  const deletion = await (await strata.openMachine('regretted')).delete()
  await expect(deletion.files('Moves to the trash').filter({ hasText: 'regretted.qcow2' })).toBeVisible()
  await expect(deletion.dialog.getByText('one restore point goes with it')).toBeVisible()
  await deletion.confirm()
  await expect(strata.machineLine('regretted')).toHaveCount(0)
  expect(await virsh.machineNames()).toEqual([])

  const trash = await strata.openTrash()
  await expect(trash.row('regretted')).toBeVisible()
  await trash.putBack('regretted')
  await expect(strata.machineLine('regretted')).toBeVisible()
  await expect(trash.emptyState).toBeVisible()
  expect(await definition()).toEqual(before)
  expect(await virsh.snapshotNames('regretted')).toEqual(['as-it-was'])
  await virsh.run('snapshot-revert', 'regretted', 'as-it-was')
})

test('the trash is emptied for good, and only then the file goes', async ({ page, virsh }) => {
  await defineGuest(virsh, { name: 'unwanted', diskMiB: 64 })
  const strata = new StrataWindow(page)
  const deletion = await (await strata.openMachine('unwanted')).delete()
  await deletion.confirm()
  await expect(strata.machineLine('unwanted')).toHaveCount(0)
  expect(await virsh.volumePaths()).toContainEqual(expect.stringContaining('unwanted.qcow2'))

  const trash = await strata.openTrash()
  await trash.purge('unwanted')
  await expect(trash.emptyState).toBeVisible()
  await expect.poll(() => virsh.volumePaths()).not.toContainEqual(expect.stringContaining('unwanted.qcow2'))
})

test('a machine is deleted and its disk stays', async ({ page, virsh }) => {
  await defineGuest(virsh, { name: 'half', diskMiB: 64 })
  const strata = new StrataWindow(page)
  const deletion = await (await strata.openMachine('half')).delete()
  await deletion.choose('Keep the disks')
  await expect(deletion.files('Stays').filter({ hasText: 'half.qcow2' })).toBeVisible()
  await deletion.confirm()
  await expect(strata.machineLine('half')).toHaveCount(0)
  expect(await virsh.machineNames()).toEqual([])
  expect(await virsh.volumePaths()).toContainEqual(expect.stringContaining('half.qcow2'))
})
