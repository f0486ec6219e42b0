import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { defineGuest } from '../guest/define-guest.ts'
import { DoctorDialog, StartFailureCard } from '../pages/doctor.ts'
import { StrataWindow } from '../pages/strata-window.ts'
import { expect, test } from './look.ts'

test('a start that failed, and the check of everything', async ({ page, virsh, look, lookNarrow }) => {
  await defineGuest(virsh, { name: 'web-server', diskMiB: 64 })
  const path = join(virsh.daemon.dataFolder, 'ailing.xml')
  const xml = await virsh.run('dumpxml', 'web-server', '--inactive')
  writeFileSync(
    path,
    xml
      .replace(/<source file='[^']+\.qcow2'/, "<source file='/srv/images/web-server.qcow2'")
      .replace(/<interface type='user'>/, "<interface type='bridge'><source bridge='br-lan'/>")
      .replace(/<memory unit='KiB'>\d+</, "<memory unit='TiB'>2<"),
  )
  await virsh.run('define', path)
  const strata = new StrataWindow(page)
  const machine = await strata.openMachine('web-server')
  await machine.power('Start')
  const failure = new StartFailureCard(page, 'web-server')
  await expect(failure.card).toBeVisible()
  await look('start-failed')
  await lookNarrow('start-failed')
  await strata.openAllMachines()
  await look('start-failed-list')
  await failure.checkButton.click()
  await expect(new DoctorDialog(page, 'web-server').causes).toHaveCount(3)
  await look('doctor-causes')
  await lookNarrow('doctor-causes')
})

test('a check that finds nothing', async ({ page, virsh, look }) => {
  await defineGuest(virsh, { name: 'web-server', diskMiB: 64 })
  const machine = await new StrataWindow(page).openMachine('web-server')
  await machine.choose('Check')
  await expect(new DoctorDialog(page, 'web-server').clean).toBeVisible()
  await look('doctor-clean')
})
