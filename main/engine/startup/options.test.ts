import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { helpText } from './help-text.ts'
import { parseOptions, UsageError } from './options.ts'
import { environmentTable, optionTable } from './option-table.ts'
import { pageOf } from './wish.ts'

const env = { HOME: '/home/ada' }
let folder: string
const parse = (argv: string[], unknownOptions: 'refuse' | 'ignore' = 'refuse') =>
  parseOptions(argv, env, unknownOptions, folder)

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'strata-options-'))
  for (const name of ['a b.ISO', 'notes.txt']) writeFileSync(join(folder, name), '')
})
afterAll(() => {
  rmSync(folder, { recursive: true })
})

describe('what is said at the start', () => {
  it('opens a window on any free port when nothing is said', () => {
    expect(parse([])).toEqual({
      prints: null,
      demo: null,
      connectUris: [],
      wish: { kind: 'window' },
      openWindow: true,
      port: 0,
      addressFilePath: null,
      hostsJson: null,
      imageCatalogue: null,
      folders: {
        configDir: '/home/ada/.config/strata',
        dataDir: '/home/ada/.local/share/strata',
        cacheDir: '/home/ada/.cache/strata',
        stateDir: '/home/ada/.local/state/strata',
        homeDir: '/home/ada',
      },
    })
  })

  it('takes every option, and makes paths absolute before anything changes folder', () => {
    const options = parse(['--demo-fleet', 'fleet.xml', '--no-window', '--port', '8123', '--address-file=/run/a.json'])
    expect(options).toMatchObject({ openWindow: false, port: 8123, addressFilePath: '/run/a.json' })
    expect(options.demo).toEqual({ fleetPath: join(folder, 'fleet.xml') })
    expect(parse(['-c', 'qemu:///system', '--connect=test:///default']).connectUris).toEqual([
      'qemu:///system',
      'test:///default',
    ])
    expect(parse(['-h']).prints).toBe('help')
    expect(parse(['--version']).prints).toBe('version')
  })

  it('takes the host that libvirt’s own tools would, unless another one is told', () => {
    const told = { ...env, LIBVIRT_DEFAULT_URI: 'qemu+ssh://lab/system' }
    expect(parseOptions([], told, 'refuse').connectUris).toEqual(['qemu+ssh://lab/system'])
    expect(parseOptions(['-c', 'qemu:///session'], told, 'refuse').connectUris).toEqual(['qemu:///session'])
    expect(parseOptions([], { ...env, LIBVIRT_DEFAULT_URI: '' }, 'refuse').connectUris).toEqual([])
  })

  it('gives the demo folders of its own, so that it can run beside the real one', () => {
    const { demo, folders } = parse(['--demo'])
    expect(demo).toEqual({ fleetPath: null })
    expect(folders).toMatchObject({ dataDir: '/home/ada/.local/share/strata-demo', homeDir: '/home/ada' })
  })

  it.each([
    ['a b.ISO', { kind: 'file', path: 'a b.ISO' }],
    ['--new', { kind: 'new-machine' }],
    ['--open=web 1', { kind: 'machine', machine: 'web 1' }],
  ])('wants to see what %s names', (word, wanted) => {
    const { wish } = parse([word])
    expect(wish).toEqual('path' in wanted ? { ...wanted, path: join(folder, 'a b.ISO') } : wanted)
    expect(parse([`file://${folder}/a%20b.ISO`]).wish).toEqual({ kind: 'file', path: join(folder, 'a b.ISO') })
  })

  it('leads to a page of the window that cannot be left by what a name or path contains', () => {
    const page = pageOf({ kind: 'file', path: '/a&host=evil#x?.iso' }) ?? ''
    expect(new URL(page, 'http://strata').searchParams.get('file')).toBe('/a&host=evil#x?.iso')
    expect([...new URL(page, 'http://strata').searchParams.keys()]).toEqual(['file'])
    expect(pageOf({ kind: 'machine', machine: '//evil' })).toBe('/open?machine=%2F%2Fevil')
  })

  it.each([
    [['--port', '0'], 'a number from 1 to 65535'],
    [['--port', '65536'], 'a number from 1 to 65535'],
    [['--port', '80a'], 'a number from 1 to 65535'],
    [['--port', '-1'], 'a number from 1 to 65535'],
    [['--port='], '--port needs a value: N'],
    [['--connect', ''], '--connect needs a value: URI'],
    [['--demo=yes'], '--demo takes no value'],
    [['--dmeo'], 'no option --dmeo. Did you mean --demo?'],
    [['--conect', 'x'], 'Did you mean --connect?'],
    [['--no-win'], 'Did you mean --no-window?'],
    [['--frobnicate'], 'no option --frobnicate.'],
    [['-x'], 'no option -x.'],
    [['demo'], 'no file “demo”. Did you mean --demo?'],
    [['missing.iso'], 'no file “missing.iso”'],
    [['notes.txt'], 'makes no machine from “notes.txt”'],
    [['a b.ISO', 'notes.txt'], 'Only one file'],
    [['file://elsewhere/a.iso'], 'no file of this computer'],
  ])('refuses %j with what was meant', (argv, words) => {
    expect(() => parse(argv)).toThrow(UsageError)
    expect(() => parse(argv)).toThrow(words)
    expect(() => parse(argv)).toThrow('strata --help')
  })

  it('leaves the runtime its own switches where it has some, and still knows a mistyped one of ours', () => {
    expect(parse(['--no-sandbox', '--enable-features=X', '--no-window'], 'ignore').openWindow).toBe(false)
    expect(() => parse(['--dmeo'], 'ignore')).toThrow('Did you mean --demo?')
  })

  it('uses the XDG folders, but not relative ones', () => {
    const { folders } = parseOptions([], { HOME: '/h', XDG_CONFIG_HOME: '/c', XDG_DATA_HOME: 'data' }, 'refuse')
    expect(folders).toMatchObject({ configDir: '/c/strata', dataDir: '/h/.local/share/strata' })
  })
})

it('tells of every option and every variable', () => {
  const help = helpText()
  for (const { name, sentence } of [...optionTable, ...environmentTable]) {
    expect(help).toContain(name)
    expect(help).toContain(sentence)
  }
  expect(Math.max(...help.split('\n').map((line) => line.length))).toBeLessThan(140)
})
