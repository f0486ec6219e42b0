import { expect, test } from '../fixtures/strata.ts'
import { Guest } from '../guest/guest.ts'
import { StrataWindow } from '../pages/strata-window.ts'

/** Real systems that Strata's makers had no hand in, as their Debian packages ship them. */
const foreignIsos = [
  { title: 'iPXE', path: '/usr/lib/ipxe/ipxe.iso', screen: /iPXE/ },
  { title: 'Memtest86+', path: '/usr/lib/memtest86+/memtest86+x64.iso', screen: /Testing: .* of 127MB/ },
]

for (const { title, path, screen } of foreignIsos) {
  test(`${title}, an ISO that others made, boots from where it lies`, async ({ page, virsh }) => {
    const create = await new StrataWindow(page).newMachine()
    await create.chooseFile(path)
    await create.field('Name').fill('foreign')
    await create.field('Memory').fill('128 MiB')
    await create.createButton.click()
    await expect(page).toHaveURL(/\/console$/)
    expect(await virsh.run('dumpxml', 'foreign')).toContain(path)
    await expect(page.locator('[data-console-state=connected]')).toBeVisible()
    await new Guest(virsh, 'foreign').shows(screen)
  })
}
