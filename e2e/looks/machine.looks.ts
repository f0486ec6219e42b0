import { defineGuest } from '../guest/define-guest.ts'
import { StrataWindow } from '../pages/strata-window.ts'
import { expect, test } from './look.ts'

const NAME = 'web-server'
/** Bursts, so that the graphs have something to show. */
const LOAD =
  'while :; do dd if=/dev/vda of=/dev/null bs=1M count=40; dd if=/dev/urandom of=/dev/null bs=1M count=2; sleep 2; done'

test('a machine', async ({ page, virsh, guestOf, guestImage, look, lookNarrow }) => {
  for (const name of ['database', 'build-01', 'mail', 'router', 'desktop']) {
    await defineGuest(virsh, { name, diskMiB: 64 })
  }
  await defineGuest(virsh, { name: NAME, iso: guestImage, diskMiB: 256 })
  const guest = guestOf(NAME)
  const strata = new StrataWindow(page)
  const machine = await strata.openMachine(NAME)
  await look('machine-off')
  await machine.openConsole()
  await look('console-off')
  let points = await machine.openSnapshots()
  await look('points-empty')

  await machine.power('Start')
  const screen = await machine.openConsole()
  await expect(screen.connected).toBeVisible()
  await guest.hasBooted()
  await look('console')
  await screen.typeLine('ls / && uname -a && free')
  await guest.shows(/Mem:/)
  await look('console-focused')

  await guest.hasAgent()
  await machine.openStrata()
  await expect(page.getByRole('button', { name: /^10\.0\.2\.15/ })).toBeVisible({ timeout: 60_000 }) // as the agent says
  await look('strata')
  await lookNarrow('strata')
  await page.getByRole('button', { name: /vda/ }).first().focus()
  await look('strata-path')

  await guest.run(`(${LOAD}) >/dev/null 2>&1 &`)
  const loadedSinceMs = Date.now()
  for (const name of ['mail', 'router', 'desktop']) await virsh.run('start', name)
  await virsh.run('suspend', 'desktop')

  points = await machine.openSnapshots()
  await points.takeNamed('Fresh install', 'Nothing but the system')
  await expect(points.point('Fresh install')).toBeVisible({ timeout: 120_000 })
  await expect(points.job).toHaveCount(0)
  await look('points-one')
  await guest.run('echo "nginx 1.22 is installed" > /dev/tty0')
  await points.takeNamed('Before the upgrade', 'Works; about to try 1.24')
  await expect(points.point('Before the upgrade')).toBeVisible({ timeout: 120_000 })
  await expect(points.job).toHaveCount(0)
  await guest.run('echo "nginx 1.24 does not start" > /dev/tty0')
  await points.goBack('Before the upgrade')
  await expect(points.tree.getByRole('treeitem')).toHaveCount(4, { timeout: 120_000 })
  await expect(points.job).toHaveCount(0, { timeout: 120_000 })
  await guest.run('echo "apache 2.4 is installed" > /dev/tty0')
  await points.takeNamed('With apache', 'The other way')
  await expect(points.point('With apache')).toBeVisible({ timeout: 120_000 })
  await expect(points.job).toHaveCount(0)
  await points.point('Before the upgrade').click()
  await look('points')
  await lookNarrow('points')
  await page
    .getByRole('button', { name: 'List' })
    .or(page.getByRole('radio', { name: 'List' }))
    .first()
    .click()
  await look('points-list')

  const graphs = await machine.openGraphs()
  await expect(graphs.panel('CPU').getByRole('img')).toBeVisible()
  await expect.poll(() => Date.now() - loadedSinceMs, { timeout: 90_000 }).toBeGreaterThan(75_000)
  await look('graphs')
  await lookNarrow('graphs')
  await graphs.showNumbers()
  await look('graphs-numbers')

  await strata.openAllMachines()
  await look('machines-real')
  await strata.hostTree.getByRole('treeitem', { name: /^This computer/ }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'This computer' })).toBeVisible()
  await look('host')

  const running = await (await strata.openMachine(NAME)).delete()
  await expect(running.dialog).toBeVisible()
  await look('deletion-running')
  await page.keyboard.press('Escape')
  const deletion = await (await strata.openMachine('database')).delete()
  await expect(deletion.files('Moves to the trash').first()).toBeVisible()
  await look('deletion')
  await deletion.confirm()
  await expect(strata.machineLine('database')).toHaveCount(0)
  await strata.openTrash()
  await look('trash')
})
