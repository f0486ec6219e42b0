import { mkdir, mkdtemp, readFile, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import type { IsoFacts } from '../disk-images/iso-image.ts'
import { Catalogue } from './catalogue.ts'
import { databaseFolders } from './database-files.ts'

let base: string
let nowMs: number

beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'osinfo-'))
  nowMs = Date.parse('2026-03-01')
})
afterEach(() => rm(base, { recursive: true, force: true }))

/** Folders of a database of the test's own, in the order in which they override each other. */
const folders = () => ({
  OSINFO_SYSTEM_DIR: join(base, 'system'),
  OSINFO_LOCAL_DIR: join(base, 'local'),
  OSINFO_USER_DIR: join(base, 'user'),
})

function opened(environment: NodeJS.ProcessEnv = folders()): Catalogue {
  const options = { cacheDir: join(base, 'cache'), homeDir: join(base, 'home'), now: () => nowMs }
  return Catalogue.open({ ...options, log: pino({ level: 'silent' }), environment })
}

async function put(path: string, content: string): Promise<void> {
  const whole = join(base, path)
  await mkdir(dirname(whole), { recursive: true })
  await writeFile(whole, content)
}

const entry = (id: string, inner = '', name = `The ${id}`) =>
  `<libosinfo version="0.0.1"><os id="http://example.org/${id}"><short-id>${id}</short-id><name>${name}</name>${inner}</os></libosinfo>`

const facts = (volumeId: string): IsoFacts => ({
  volumeId,
  systemId: null,
  publisherId: null,
  applicationId: null,
  volumeSizeBytes: 4096,
  bootsBios: true,
  bootsUefi: false,
})

describe('the folders of a database', () => {
  it("are the system's, the administrator's, the user's", () => {
    expect(databaseFolders({}, '/home/ann')).toEqual([
      '/usr/share/osinfo',
      '/usr/local/share/osinfo',
      '/etc/osinfo',
      '/home/ann/.local/share/osinfo',
      '/home/ann/.config/osinfo',
    ])
    const environment = { OSINFO_SYSTEM_DIR: '/nix/osinfo', XDG_DATA_HOME: '/d', XDG_CONFIG_HOME: '/c' }
    expect(databaseFolders(environment, '/home/ann')).toEqual(['/nix/osinfo', '/etc/osinfo', '/d/osinfo', '/c/osinfo'])
  })

  it('override an entry whole, or add to it from a folder of its name', async () => {
    const needs = (ram: number) => `<resources arch="all"><minimum><ram>${ram}</ram></minimum></resources>`
    await put('system/os/example.org/one.xml', entry('one', needs(1024 ** 3)))
    await put('system/os/example.org/two.xml', entry('two', needs(1024 ** 3)))
    await put('user/os/example.org/one.xml', entry('one', needs(2 * 1024 ** 3), 'Mine'))
    const driver = '<driver arch="x86_64"><device id="http://pcisig.com/pci/1af4/1001"/></driver>'
    await put('local/os/example.org/two.d/drivers.xml', entry('two', driver, 'not its name'))
    const catalogue = opened()
    expect(await catalogue.os('one')).toMatchObject({
      name: 'Mine',
      resources: [{ minimum: { memoryKiB: 2 * 1024 ** 2 } }],
    })
    expect(await catalogue.os('two')).toMatchObject({
      name: 'The two',
      resources: [{ minimum: { memoryKiB: 1024 ** 2 } }],
      devicesWithDrivers: ['virtio-blk'],
    })
  })
})

describe('an entry that somebody else wrote', () => {
  it.each([
    ['no XML', 'not XML at all <<<'],
    ['cut off', entry('bad').slice(0, 60)],
    ['declaring entities', `<!DOCTYPE x [<!ENTITY a "aaaa">]>${entry('bad', '<version>&a;</version>')}`],
    ['nested too deeply', `${'<a>'.repeat(5000)}${'</a>'.repeat(5000)}`],
    ['too large', entry('bad', `<version>${'9'.repeat(300_000)}</version>`)],
  ])('that is %s is left out, and counted', async (_, content) => {
    await put('system/os/example.org/bad.xml', content)
    await put('system/os/example.org/good.xml', entry('good'))
    const catalogue = opened()
    expect(await catalogue.os('bad')).toBeNull()
    expect(await catalogue.os('good')).toMatchObject({ name: 'The good' })
    expect(await catalogue.state()).toMatchObject({ database: { state: 'present', skippedFiles: 1 } })
  })

  it('may take after itself in circles, or after nothing that exists', async () => {
    const after = (id: string) => `<derives-from id="http://example.org/${id}"/>`
    const device = '<devices><device id="http://pcisig.com/pci/1af4/1041"/></devices>'
    await put('system/os/example.org/a.xml', entry('a', after('b') + after('a') + after('nowhere')))
    await put('system/os/example.org/b.xml', entry('b', after('a') + device))
    expect(await opened().os('a')).toMatchObject({ devices: ['virtio-net'], virtio: 'modern' })
  })

  it('cannot point out of the ISO, or to what is no web address, nor say numbers that are none', async () => {
    const media = '<media arch="x86_64"><kernel>../../etc/shadow</kernel><initrd>/boot/initrd</initrd></media>'
    const image = '<image arch="x86_64" format="qcow2" cloud-init="true"><url>file:///etc/shadow</url></image>'
    const resources = '<resources arch="all"><minimum><ram>1e99</ram><n-cpus>-1</n-cpus></minimum></resources>'
    await put('system/os/example.org/odd.xml', entry('odd', media + image + resources))
    expect(await opened().os('odd')).toMatchObject({
      media: [{ kernelPath: null, initrdPath: 'boot/initrd' }],
      cloudImages: [],
      resources: [{ minimum: { memoryKiB: null, vcpuCount: null } }, {}],
    })
  })

  it('cannot hold the engine up with a pattern', async () => {
    const media = (pattern: string) => `<media arch="x86_64"><iso><volume-id>${pattern}</volume-id></iso></media>`
    await put('system/os/example.org/slow.xml', entry('slow', media('^(a+)+$') + media('(?=a)b')))
    await put('system/os/example.org/good.xml', entry('good', media('aaab')))
    // Forty letters would be tried in 2⁴⁰ ways by whoever goes back and tries again.
    expect(await opened().detectIso(facts(`${'a'.repeat(40)}b`))).toMatchObject({ os: { osId: 'good' } })
  })

  it('fits an ISO by its very size where it says one', async () => {
    const media = '<media arch="x86_64"><iso><volume-id>DISC</volume-id><volume-size>4096</volume-size></iso></media>'
    await put('system/os/example.org/sized.xml', entry('sized', media))
    const catalogue = opened()
    expect(await catalogue.detectIso(facts('DISC'))).toMatchObject({ os: { osId: 'sized' } })
    expect(await catalogue.detectIso({ ...facts('DISC'), volumeSizeBytes: 4097 })).toBeNull()
  })
})

describe('the catalogue kept on disk', () => {
  const cachePath = () => join(base, 'cache/os-catalogue.jsonl')

  it('is used until a file of the database changes', async () => {
    await put('system/os/example.org/one.xml', entry('one'))
    await opened().os('one')
    const kept = await readFile(cachePath(), 'utf8')
    await writeFile(cachePath(), kept.replace('The one', 'The kept one'))
    expect(await opened().os('one')).toMatchObject({ name: 'The kept one' })
    await utimes(join(base, 'system/os/example.org/one.xml'), new Date(), new Date('2030-01-01'))
    expect(await opened().os('one')).toMatchObject({ name: 'The one' })
  })

  it.each(['', 'not JSON', '{"formatVersion":1}', '{"formatVersion":99,"fingerprint":"x"}\n[]\n'])(
    'is read anew from the database where it holds %j',
    async (content) => {
      await put('system/os/example.org/one.xml', entry('one'))
      await put('cache/os-catalogue.jsonl', content)
      expect(await opened().os('one')).toMatchObject({ name: 'The one' })
    },
  )

  it('may be impossible to write', async () => {
    await put('cache', 'a file where the folder should be')
    await put('system/os/example.org/one.xml', entry('one'))
    expect(await opened().os('one')).toMatchObject({ name: 'The one' })
  })
})

it('notices a database that is installed while it is open', async () => {
  const catalogue = opened()
  expect(await catalogue.state()).toMatchObject({ database: { state: 'missing' } })
  await put('system/os/example.org/one.xml', entry('one'))
  nowMs += 31_000
  expect(await catalogue.state()).toMatchObject({ database: { state: 'present' } })
  expect(await catalogue.os('one')).not.toBeNull()
})

it('lets the engine do its other work while the real database is read, kept, and made ready for ISOs', async () => {
  let turns = 0
  let isReading = true
  const count = () => {
    turns += 1
    if (isReading) setImmediate(count)
  }
  setImmediate(count)
  const catalogue = opened({})
  await catalogue.os('debian11')
  const whileReading = turns
  await catalogue.detectIso(facts('PHOTOS'))
  isReading = false
  expect(whileReading).toBeGreaterThan(800) // one between two files at least
  expect(turns - whileReading).toBeGreaterThan(2)
})
