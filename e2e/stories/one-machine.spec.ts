import { expect, test } from '../fixtures/strata.ts'
import { Guest } from '../guest/guest.ts'
import { StrataWindow } from '../pages/strata-window.ts'

const NAME = 'web-server'

test('a machine is made from an ISO, used, taken back in time, measured and deleted', async ({
  page,
  virsh,
  guestImage,
}) => {
  test.setTimeout(400_000)
  const strata = new StrataWindow(page)
  const guest = new Guest(virsh, NAME)
  const screen = () => virsh.screenTextOf(NAME)

  await test.step('create: choose the ISO, give a name, press Create', async () => {
    const create = await strata.newMachine()
    await create.chooseFile(guestImage)
    await create.field('Name').fill(NAME)
    await create.field('Processors').fill('1')
    await create.field('Memory').fill('256 MiB')
    await create.field('Disk').fill('1 GiB')
    await expect(create.summary.getByText(/KVM does not work here/)).toBeVisible()
    await create.createButton.click()
    await expect(page).toHaveURL(/\/console$/)

    expect(await virsh.stateOf(NAME)).toBe('running')
    const definition = await virsh.run('dumpxml', NAME)
    expect(definition).toContain("<domain type='qemu'")
    expect(definition).toContain("<memory unit='KiB'>262144</memory>")
    expect(definition).toContain(guestImage)
    expect(await virsh.run('domblkinfo', NAME, 'vda')).toMatch(/Capacity:\s+1073741824/)
  })

  await test.step('console: the guest boots on the screen, and keys reach it', async () => {
    const machine = await strata.openMachine(NAME)
    const screenTab = await machine.openConsole()
    await expect(screenTab.connected).toBeVisible()
    await guest.hasBooted()
    await screenTab.typeLine('echo strata-$((6*7))')
    await guest.shows('strata-42')
  })

  await test.step('console: it comes back by itself when the guest starts again', async () => {
    const machine = await strata.openMachine(NAME)
    const screenTab = await machine.openConsole()
    await expect(screenTab.connected).toBeVisible()
    await machine.power('Reset')
    await expect.poll(screen, { timeout: 90_000 }).not.toContain('strata-42')
    await guest.hasBooted()
    await expect(screenTab.connected).toBeVisible()
    await screenTab.typeLine('echo again-$((7*7))')
    await guest.shows('again-49')
  })

  await test.step('power: pause and resume', async () => {
    const machine = await strata.openMachine(NAME)
    await machine.power('Pause')
    await expect(machine.sentence('Paused')).toBeVisible()
    expect(await virsh.stateOf(NAME)).toBe('paused')
    await expect(machine.header.getByRole('button', { name: 'Start', exact: true })).toHaveCount(0)
    await machine.power('Resume')
    await expect(machine.sentence('Running')).toBeVisible()
    expect(await virsh.stateOf(NAME)).toBe('running')
  })

  await test.step('restore points: the moment comes back, memory and all', async () => {
    const machine = await strata.openMachine(NAME)
    let screenTab = await machine.openConsole()
    await expect(screenTab.connected).toBeVisible()
    await screenTab.typeLine('clear; echo kept > /tmp/note')
    await expect.poll(screen).not.toContain('again-49')

    const points = await machine.openSnapshots()
    await points.takeNamed('before', 'Before the note was lost')
    await expect(points.point('before')).toBeVisible()
    await expect(points.picture('before')).toBeVisible()
    expect(await virsh.snapshotNames(NAME)).toEqual(['before'])

    screenTab = await machine.openConsole()
    await expect(screenTab.connected).toBeVisible()
    await screenTab.typeLine('rm /tmp/note; cat /tmp/note')
    await guest.shows('No such file')

    await machine.openSnapshots()
    await points.goBack('before')
    // The present was kept as a point of its own first.
    await expect(points.tree.getByRole('treeitem')).toHaveCount(3)
    await expect.poll(async () => (await virsh.snapshotNames(NAME)).length).toBe(2)
    await expect.poll(() => virsh.run('snapshot-current', NAME, '--name'), { timeout: 60_000 }).toBe('before')
    await expect(points.job).toHaveCount(0)
    expect(await virsh.stateOf(NAME)).toBe('running')

    screenTab = await machine.openConsole()
    await expect(screenTab.connected).toBeVisible()
    await screenTab.typeLine('cat /tmp/note; uname')
    await guest.shows('kept\nLinux')

    await machine.openSnapshots()
    await points.remove('before')
    await expect(points.point('before')).toHaveCount(0)
    expect(await virsh.snapshotNames(NAME)).not.toContain('before')
  })

  await test.step('graphs: the processor is seen to work', async () => {
    const machine = await strata.openMachine(NAME)
    let graphs = await machine.openGraphs()
    await graphs.showNumbers()
    const share = async () => Number.parseFloat(await graphs.figure('All processors', 'now'))
    await expect.poll(share, { timeout: 60_000 }).toBeGreaterThan(0)
    const idleShare = await share()

    const screenTab = await machine.openConsole()
    await expect(screenTab.connected).toBeVisible()
    await screenTab.typeLine('while :; do :; done &')
    graphs = await machine.openGraphs()
    await graphs.showNumbers()
    // How much of a processor an emulated guest gets depends on what else runs; that it wants more does not.
    await expect.poll(share, { timeout: 60_000 }).toBeGreaterThan(Math.max(2 * idleShare, 5))
    for (const name of ['CPU', 'Memory', 'Disk', 'Network'] as const) {
      await expect(graphs.panel(name).getByRole('img')).toBeVisible()
    }
  })

  await test.step('cross-section: the disk is followed down to its pool', async () => {
    const machine = await strata.openMachine(NAME)
    await machine.openStrata()
    for (const layer of ['Application', 'Guest OS', 'Machine', 'Hypervisor', 'Hardware']) {
      await expect(page.getByText(layer, { exact: true }).first()).toBeVisible()
    }
    await expect(page.getByText(/vda/).first()).toBeVisible()
  })

  await test.step('delete: what goes is said, and goes', async () => {
    const machine = await strata.openMachine(NAME)
    const disk = /vda\s+(\S+)/.exec(await virsh.run('domblklist', NAME))?.[1] ?? 'no disk'
    const deletion = await machine.delete()
    await deletion.forceOff()
    await deletion.choose('Delete now')
    await expect(deletion.files('Goes').filter({ hasText: disk })).toBeVisible()
    await expect(deletion.files('Stays').filter({ hasText: guestImage })).toBeVisible()
    await expect(deletion.confirmButton).toHaveText(/^Delete web-server, frees [\d.]+\s[KMG]iB$/)
    await deletion.confirm()
    await expect(strata.machineLine(NAME)).toHaveCount(0)
    expect(await virsh.machineNames()).toEqual([])
    expect(await virsh.volumePaths()).not.toContain(disk)
  })
})
