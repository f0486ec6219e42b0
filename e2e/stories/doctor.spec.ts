import { once } from 'node:events'
import { chmodSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'

import { giveToTestUser } from '../../node-libvirt/testing/test-user.ts'
import type { Virsh } from '../daemon/virsh.ts'
import { expect, test } from '../fixtures/strata.ts'
import { defineGuest } from '../guest/define-guest.ts'
import { violations } from '../pages/accessibility.ts'
import { DoctorDialog, StartFailureCard, StartFailuresCard } from '../pages/doctor.ts'
import { StrataWindow } from '../pages/strata-window.ts'

/** Changes a machine's definition as another program would. */
async function redefine(virsh: Virsh, name: string, change: (xml: string) => string): Promise<void> {
  const before = await virsh.run('dumpxml', name, '--inactive')
  const after = change(before)
  expect(after).not.toBe(before)
  const path = join(virsh.daemon.dataFolder, `${name}-changed.xml`)
  writeFileSync(path, after)
  await virsh.run('define', path)
}

const diskPath = async (virsh: Virsh, name: string) =>
  /<source file='([^']+\.qcow2)'/.exec(await virsh.run('dumpxml', name))?.[1] ?? ''

test('a disk that was moved is found, and the machine starts by one press', async ({ page, virsh }) => {
  await defineGuest(virsh, { name: 'moved', diskMiB: 64 })
  const folder = join(virsh.daemon.dataFolder, 'archive')
  mkdirSync(folder, { recursive: true })
  giveToTestUser(virsh.daemon.user, folder)
  await virsh.run('pool-define-as', 'archive', 'dir', '--target', folder)
  await virsh.run('pool-start', 'archive')
  renameSync(await diskPath(virsh, 'moved'), join(folder, 'moved.qcow2'))
  await virsh.run('pool-refresh', 'archive')

  const machine = await new StrataWindow(page).openMachine('moved')
  await machine.power('Start')
  const failure = new StartFailureCard(page, 'moved')
  await expect(failure.card).toContainText('The file of disk vda')
  expect(await violations(page)).toEqual([])
  await failure.repair('Use the one in pool “archive”').click()
  await expect(machine.sentence('Running')).toBeVisible()
  await expect(failure.card).toHaveCount(0)
  expect(await virsh.stateOf('moved')).toBe('running')
  expect(await diskPath(virsh, 'moved')).toBe(join(folder, 'moved.qcow2'))
})

test('a start that fails in the list is mended there', async ({ page, virsh }) => {
  await defineGuest(virsh, { name: 'networked' })
  await redefine(virsh, 'networked', (xml) =>
    xml.replace(/<interface type='user'>/, "<interface type='network'><source network='gone'/>"),
  )
  const machines = await new StrataWindow(page).openAllMachines()
  const row = machines.row('networked')
  await row.hover()
  await row.getByRole('button', { name: 'Start networked' }).click()
  const failure = new StartFailureCard(page, 'networked')
  await expect(failure.card).toContainText('The network “gone” does not exist')
  await failure.repair('Use the user-mode network').click()
  await expect(row).toContainText('Running')
  expect(await virsh.stateOf('networked')).toBe('running')
  expect(await virsh.run('domiflist', 'networked')).toContain('user')
})

test('several starts that fail are told on one card, and each is mended from there', async ({ page, virsh }) => {
  for (const name of ['one', 'two', 'whole']) await defineGuest(virsh, { name })
  for (const name of ['one', 'two'])
    await redefine(virsh, name, (xml) =>
      xml.replace(/<interface type='user'>/, "<interface type='network'><source network='gone'/>"),
    )
  const machines = await new StrataWindow(page).openAllMachines()
  await machines.select('one', 'two', 'whole')
  await machines.actForSelected('Start')
  const failures = new StartFailuresCard(page, 2)
  await expect(failures.of('one')).toContainText('The network “gone” does not exist')
  expect(await violations(page)).toEqual([])
  expect(await virsh.stateOf('whole')).toBe('running')

  const dialog = await failures.examine('one')
  await dialog.repair('Use the user-mode network').click()
  await dialog.startButton.click()
  await expect(machines.row('one')).toContainText('Running')
  // The one that is left is told as one alone.
  await expect(new StartFailureCard(page, 'two').card).toBeVisible()
})

test('a folder that is closed is opened by one press', async ({ page, virsh, guestImage }) => {
  await defineGuest(virsh, { name: 'closed', iso: guestImage })
  const home = join(virsh.daemon.dataFolder, 'home')
  mkdirSync(home, { recursive: true })
  const medium = join(home, 'a.iso')
  writeFileSync(medium, Buffer.alloc(64 * 1024))
  await redefine(virsh, 'closed', (xml) => xml.replace(/<source file='[^']+'/, `<source file='${medium}'`))
  giveToTestUser(virsh.daemon.user, home)
  chmodSync(home, 0o600) // the app runs as the same user, so its own folder is what it may open

  const machine = await new StrataWindow(page).openMachine('closed')
  await machine.power('Start')
  const failure = new StartFailureCard(page, 'closed')
  await expect(failure.card).toContainText(`the folder ${home} is closed`)
  await failure.repair('Let QEMU through').click()
  await machine.allowAndStart() // its disc lies in no storage pool
  await expect(machine.sentence('Running')).toBeVisible()
  expect(await virsh.stateOf('closed')).toBe('running')
  await virsh.run('destroy', 'closed')
  chmodSync(home, 0o700)
  rmSync(home, { recursive: true })
})

test('a screen whose port is taken gets another', async ({ page, virsh }) => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  await defineGuest(virsh, { name: 'screen' })
  await redefine(virsh, 'screen', (xml) =>
    xml.replace(/<graphics type='vnc'[\s\S]*?<\/graphics>/, `<graphics type='vnc' port='${port}' listen='127.0.0.1'/>`),
  )
  const machine = await new StrataWindow(page).openMachine('screen')
  await machine.power('Start')
  const failure = new StartFailureCard(page, 'screen')
  await expect(failure.card).toContainText(`port ${port}, which is taken`)
  await failure.repair('Use a free port').click()
  await expect(machine.sentence('Running')).toBeVisible()
  expect(await virsh.stateOf('screen')).toBe('running')
  server.close()
})

test('a disk that another machine is running with is given free', async ({ page, virsh }) => {
  await defineGuest(virsh, { name: 'first', diskMiB: 64 })
  await defineGuest(virsh, { name: 'second', diskMiB: 64 })
  const shared = await diskPath(virsh, 'first')
  await redefine(virsh, 'second', (xml) => xml.replace(/<source file='[^']+\.qcow2'/, `<source file='${shared}'`))
  await virsh.run('start', 'first')
  const machine = await new StrataWindow(page).openMachine('second')
  await machine.power('Start')
  const failure = new StartFailureCard(page, 'second')
  await expect(failure.card).toContainText('is in use by “first”')
  await failure.repair('Force off').click()
  await machine.allowAndStart() // it is the other's disk still
  await expect(machine.sentence('Running')).toBeVisible()
  expect([await virsh.stateOf('first'), await virsh.stateOf('second')]).toEqual(['shut off', 'running'])
})

test('a check without a start shows all causes, mends them one by one, and then starts', async ({ page, virsh }) => {
  await defineGuest(virsh, { name: 'ailing', diskMiB: 64 })
  await redefine(virsh, 'ailing', (xml) =>
    xml
      .replace(/<interface type='user'>/, "<interface type='network'><source network='gone'/>")
      .replace(/<memory unit='KiB'>\d+<\/memory>/, "<memory unit='TiB'>16</memory>")
      .replace(/<currentMemory unit='KiB'>\d+</, "<currentMemory unit='MiB'>64<"),
  )
  rmSync(await diskPath(virsh, 'ailing'))

  const machine = await new StrataWindow(page).openMachine('ailing')
  await machine.choose('Check')
  const check = new DoctorDialog(page, 'ailing')
  await expect(check.causes).toHaveCount(3)
  await expect(check.dialog).toContainText('3 things stop it.')
  expect(await violations(page)).toEqual([])
  await check.repair('Use the user-mode network').click()
  await expect(check.causes).toHaveCount(2)
  await check.repair('Start without disk vda').click()
  await expect(check.causes).toHaveCount(1)
  await check.repair(/^Give it /).click()
  await expect(check.clean).toBeVisible()
  expect(await virsh.stateOf('ailing')).toBe('shut off')
  await virsh.run('setmaxmem', 'ailing', '64M', '--config') // what fits is far more than a test should take
  await check.startButton.click()
  await expect(machine.sentence('Running')).toBeVisible()
  expect(await virsh.stateOf('ailing')).toBe('running')
})

test('the palette checks a machine that lacks nothing', async ({ page, virsh }) => {
  await defineGuest(virsh, { name: 'healthy' })
  const strata = new StrataWindow(page)
  await expect(strata.machineLine('healthy')).toBeVisible()
  await strata.search.fill('check healthy')
  await page.getByRole('option', { name: 'Check healthy' }).first().click()
  await expect(new DoctorDialog(page, 'healthy').clean).toBeVisible()
  expect(await virsh.stateOf('healthy')).toBe('shut off')
})
