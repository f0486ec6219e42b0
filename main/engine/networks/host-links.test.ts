import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { fakePlace } from '../testing/fake-place.ts'
import { readBridgeHelper, whyNotOnBridge } from './bridge-helper.ts'
import { readHostLinks } from './host-links.ts'

let root: string
let folder: string
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'links-'))
  folder = join(root, 'sys/class/net')
  await mkdir(folder, { recursive: true })
})
afterEach(() => rm(root, { recursive: true }))

/** A link as the kernel shows it in sysfs. */
async function link(name: string, entries: readonly string[], files: Readonly<Record<string, string>> = {}) {
  await mkdir(join(folder, name))
  for (const entry of entries) await mkdir(join(folder, name, entry), { recursive: true })
  for (const [file, text] of Object.entries(files)) await writeFile(join(folder, name, file), text)
}

describe('the links of a host', () => {
  it('are its bridges with their real cards, and its cards with what has them', async () => {
    await link('lo', [])
    await link('br0', ['bridge', 'brif/enp3s0', 'brif/vnet4'])
    await link('virbr0', ['bridge', 'brif'])
    await link('enp3s0', ['device', 'brport'], { operstate: 'up\n' })
    await symlink('../br0', join(folder, 'enp3s0', 'master'))
    await link('enp4s0', ['device'], { operstate: 'down\n' })
    await link('wlp1s0', ['device', 'wireless'], { operstate: 'up\n' })
    await link('vnet4', ['brport'])
    const { bridges, cards } = await readHostLinks(fakePlace(root).files)
    expect(bridges.toSorted((one, other) => one.name.localeCompare(other.name))).toEqual([
      { name: 'br0', cards: ['enp3s0'] },
      { name: 'virbr0', cards: [] },
    ])
    expect(cards.toSorted((one, other) => one.name.localeCompare(other.name))).toEqual([
      { name: 'enp3s0', isWireless: false, joinedTo: 'br0', isUp: true },
      { name: 'enp4s0', isWireless: false, joinedTo: null, isUp: false },
      { name: 'wlp1s0', isWireless: true, joinedTo: null, isUp: true },
    ])
  })

  it('are none where the system shows none', async () => {
    expect(await readHostLinks(fakePlace(join(root, 'nowhere')).files)).toEqual({ bridges: [], cards: [] })
  })
})

describe('QEMU’s bridge helper', () => {
  const helperPath = '/usr/libexec/qemu-bridge-helper'
  const list = '/etc/qemu/bridge.conf'
  const put = (path: string, content: string, mode?: number) => fakePlace(root).put(path, content, mode)
  const read = () => readBridgeHelper(fakePlace(root).files)

  it('puts machines on the bridges of its list, and of those that it includes', async () => {
    await put(helperPath, '', 0o755)
    await put(list, `# ours\nallow br0\n  allow   br1\ndeny br1\ninclude /etc/more.conf\n`)
    await put('/etc/more.conf', 'allow br2')
    const { allows } = await read()
    expect(['br0', 'br1', 'br2', 'br3'].map(allows)).toEqual([true, false, true, false])
    await put(list, 'allow all\ndeny br9')
    const all = await read()
    expect(['br0', 'br9'].map(all.allows)).toEqual([true, false])
  })

  it('is not kept busy by a list that includes itself', async () => {
    await put(list, `include ${list}\nallow br0\n`)
    expect((await read()).allows('br0')).toBe(true)
  })

  it('is told apart by what it lacks', async () => {
    const why = async () => whyNotOnBridge(await read(), 'br0')?.english
    expect(await why()).toContain('not installed')
    await put(helperPath, '', 0o755)
    expect(await why()).toContain('bridge.conf')
    await put(list, 'allow br0')
    expect(await why()).toContain('lacks the right')
    expect(whyNotOnBridge({ path: '/x', hasRights: true, allows: () => true }, 'br0')).toBeNull()
  })
})
