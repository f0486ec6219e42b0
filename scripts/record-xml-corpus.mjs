#!/usr/bin/env node
// Records node-libvirt/src/xml/corpus from real daemons: a private, unprivileged libvirtd is given the definitions in
// corpus/written and asked what it made of them; libvirt's test driver and this host's capabilities are added.
// What would tell where it was recorded (folders, addresses, serial numbers) is replaced. Run it as a user who may start a
// session daemon; root becomes the user named by STRATA_TEST_USER (strata-test unless set).
import { execFile, spawn } from 'node:child_process'
import { constants } from 'node:fs'
import { access, chmod, chown, cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const run = promisify(execFile)
const corpus = fileURLToPath(new URL('../node-libvirt/src/xml/corpus/', import.meta.url))
const isRoot = process.getuid?.() === 0
const user = process.env['STRATA_TEST_USER'] ?? 'strata-test'

const base = await mkdtemp(join(tmpdir(), 'xc-'))
const environment = {
  PATH: process.env['PATH'] ?? '',
  HOME: base,
  XDG_RUNTIME_DIR: join(base, 'run'),
  XDG_CONFIG_HOME: join(base, 'config'),
  XDG_CACHE_HOME: join(base, 'cache'),
  XDG_DATA_HOME: join(base, 'data'),
}
const socket = join(base, 'run/libvirt/libvirt-sock')
const qemu = `qemu+unix:///session?socket=${socket}`
/** @type {import('node:child_process').ChildProcess[]} */
const started = []

try {
  await prepareFolders()
  await startDaemons()
  await recordHost()
  await recordTestDriver()
  await recordNetworks()
  await recordStorage()
  await recordDomains()
  await recordRunningGuest()
} finally {
  for (const child of started.toReversed()) await stop(child)
  await rm(base, { recursive: true, force: true })
}

async function prepareFolders() {
  for (const folder of ['qemu', 'test-driver', 'host']) {
    await rm(join(corpus, folder), { recursive: true, force: true })
    await mkdir(join(corpus, folder), { recursive: true })
  }
  for (const folder of ['run', 'config', 'cache', 'data', 'images']) await mkdir(join(base, folder))
  await cp(join(corpus, 'written'), join(base, 'written'), { recursive: true })
  for (const name of await readdir(join(base, 'written'))) {
    const file = join(base, 'written', name)
    await writeFile(file, (await readFile(file, 'utf8')).replaceAll('@BASE@', base))
  }
  if (!isRoot) return
  const [uid = 0, gid = 0] = (await Promise.all([run('id', ['-u', user]), run('id', ['-g', user])])).map(({ stdout }) =>
    Number(stdout),
  )
  for (const folder of ['.', 'run', 'config', 'cache', 'data', 'images']) await chown(join(base, folder), uid, gid)
  await chmod(join(base, 'run'), 0o700)
}

/**
 * The command line that runs a program as the unprivileged user.
 * @param {string} program
 * @param {string[]} args
 * @returns {[string, string[]]}
 */
function asUser(program, args) {
  const change = ['--reuid', user, '--regid', user, '--clear-groups', program, ...args]
  return isRoot ? ['setpriv', change] : [program, args]
}

async function startDaemons() {
  for (const program of ['/usr/sbin/virtlogd', '/usr/sbin/libvirtd']) {
    started.push(spawn(...asUser(program, ['-t', '0']), { env: environment, stdio: 'ignore', cwd: base }))
  }
  const end = Date.now() + 30_000
  while (
    !(await access(socket, constants.F_OK).then(
      () => true,
      () => false,
    ))
  ) {
    if (Date.now() > end) throw new Error('libvirtd did not open its socket within 30 seconds')
    await pause(50)
  }
}

/** @param {import('node:child_process').ChildProcess} child */
async function stop(child) {
  if (child.exitCode !== null) return
  const ended = new Promise((resolve) => child.once('exit', resolve))
  child.kill()
  await ended
}

/** @param {string[]} args */
async function virsh(...args) {
  const { stdout } = await run(...asUser('virsh', ['-c', qemu, ...args]), {
    env: environment,
    cwd: base,
    maxBuffer: 1 << 24,
  })
  return stdout
}

/**
 * virsh adds a line break after the text that the daemon sent.
 * @param {string} file
 * @param {string} output
 */
async function record(file, output) {
  await writeFile(join(corpus, file), scrub(output.replace(/\n$/, '')))
  process.stdout.write(`${file}\n`)
}

/** @param {string} text */
function scrub(text) {
  return text
    .replaceAll(base, '/home/user')
    .replace(/(<secmodel>[^]*?)\+\d+:\+\d+/g, '$1+1000:+1000')
    .replace(/(<host>\s*<uuid>)[^<]*/, '$17f6f0f1e-7a1b-4d4c-9c55-0c5f9f1affff')
    .replace(/(<address>)(?!00:00)[\da-f]{2}(:[\da-f]{2}){5}/g, '$152:54:00:00:00:01')
    .replace(/(net_e\w*?)(_[\da-f]{2}){6}/g, '$1_52_54_00_00_00_01')
    .replace(/<serial>(?!STRATA)[^<]*/g, '<serial>0123456789')
    .replace(/(<hardware>[^]*?<uuid>)[^<]*/, '$17f6f0f1e-7a1b-4d4c-9c55-0c5f9f1affff')
}

/**
 * Tries a recording that needs something the host may lack; what was recorded before stays out of the corpus then.
 * @param {string} what
 * @param {() => Promise<unknown>} work
 */
async function attempt(what, work) {
  try {
    await work()
  } catch (error) {
    process.stdout.write(`left out: ${what}: ${String(error).trim().split('\n').at(-1)}\n`)
  }
}

async function recordHost() {
  await record('host/capabilities.xml', await virsh('capabilities'))
  for (const machine of ['q35', 'pc', 'microvm', 'isapc', 'none', 'pc-i440fx-2.9']) {
    await attempt(machine, async () =>
      record(
        `host/domcapabilities-${machine}.xml`,
        await virsh('domcapabilities', '--virttype', 'qemu', '--arch', 'x86_64', '--machine', machine),
      ),
    )
  }
  await attempt('kvm', async () =>
    record('host/domcapabilities-kvm.xml', await virsh('domcapabilities', '--virttype', 'kvm', '--machine', 'q35')),
  )
  await attempt('i686', async () =>
    record('host/domcapabilities-i686.xml', await virsh('domcapabilities', '--virttype', 'qemu', '--arch', 'i686')),
  )
  await attempt('node devices', async () => {
    const names = (await virsh('nodedev-list')).split('\n').filter((name) => name !== '')
    for (const kind of ['computer', 'block_', 'net_lo', 'net_e', 'pci_', 'usb_']) {
      const name = names.find((each) => each.startsWith(kind))
      if (name !== undefined)
        await record(`host/nodedev-${kind.replace('_', '')}.xml`, await virsh('nodedev-dumpxml', name))
    }
  })
}

async function recordTestDriver() {
  const ask = async (/** @type {string[]} */ ...args) => (await run('virsh', ['-c', 'test:///default', ...args])).stdout
  await record('test-driver/capabilities.xml', await ask('capabilities'))
  await record('test-driver/domain-test.xml', await ask('dumpxml', 'test'))
  await record('test-driver/network-default.xml', await ask('net-dumpxml', 'default'))
  await record('test-driver/pool-default.xml', await ask('pool-dumpxml', 'default-pool'))
  await record('test-driver/nodedev-computer.xml', await ask('nodedev-dumpxml', 'computer'))
  const chain = 'snapshot-create-as test before; snapshot-create-as test after "the words of it"; '
  await record(
    'test-driver/snapshot-before.xml',
    (await ask(`${chain}snapshot-dumpxml test before`)).replace(/^[^<]*/, ''),
  )
  await record(
    'test-driver/snapshot-after.xml',
    (await ask(`${chain}snapshot-dumpxml test after`)).replace(/^[^<]*/, ''),
  )
  await record(
    'test-driver/volume.xml',
    (await ask('vol-create-as default-pool sparse 1G; vol-dumpxml sparse default-pool')).replace(/^[^<]*/, ''),
  )
}

/**
 * The definitions whose file name starts so, with the name that each gives to what it defines.
 * @param {string} kind
 */
async function written(kind) {
  const files = (await readdir(join(base, 'written'))).filter((name) => name.startsWith(`${kind}-`))
  return Promise.all(
    files.map(async (name) => {
      const file = join(base, 'written', name)
      const defined = /<name>([^<]*)/.exec(await readFile(file, 'utf8'))?.[1] ?? ''
      return { name, file, defined }
    }),
  )
}

async function recordNetworks() {
  for (const { name, file, defined } of await written('network')) {
    await virsh('net-define', file)
    await record(`qemu/${name}`, await virsh('net-dumpxml', defined))
  }
}

async function recordStorage() {
  for (const { name, file, defined } of await written('pool')) {
    await attempt(name, async () => {
      await virsh('pool-define', file)
      if (name === 'pool-dir.xml') await virsh('pool-start', defined)
      await record(`qemu/${name}`, await virsh('pool-dumpxml', defined))
    })
  }
  const order = ['volume-qcow2.xml', 'volume-raw.xml', 'volume-overlay.xml']
  const volumes = await written('volume')
  for (const each of order) {
    const volume = volumes.find(({ name }) => name === each)
    if (volume === undefined) throw new Error(`${each} is missing`)
    await virsh('vol-create', 'images', volume.file)
    await record(`qemu/${each}`, await virsh('vol-dumpxml', volume.defined, 'images'))
  }
}

async function recordDomains() {
  for (const { name, file, defined } of await written('domain')) {
    await attempt(name, async () => {
      await virsh('define', file)
      await record(`qemu/${name}`, await virsh('dumpxml', '--inactive', '--security-info', defined))
    })
  }
}

/** A guest that is held at its first instruction: all that libvirt fills in at a start is there, and nothing runs. */
async function recordRunningGuest() {
  const image = join(base, 'guest.qcow2')
  const make = (/** @type {string[]} */ ...args) =>
    run(...asUser('qemu-img', ['create', '-q', '-f', 'qcow2', ...args]), { env: environment, cwd: base })
  await make(join(base, 'base.qcow2'), '64M')
  await make('-b', join(base, 'base.qcow2'), '-F', 'qcow2', image)
  await virsh('snapshot-create-as', 'guest', 'offline', 'Taken while it was off')
  await record('qemu/snapshot-offline.xml', await virsh('snapshot-dumpxml', 'guest', 'offline'))
  await virsh('start', 'guest', '--paused')
  try {
    await record('qemu/domain-guest-live.xml', await virsh('dumpxml', 'guest'))
    await attempt('migratable', async () =>
      record('qemu/domain-guest-migratable.xml', await virsh('dumpxml', '--migratable', 'guest')),
    )
    await virsh('snapshot-create-as', 'guest', 'running')
    await record('qemu/snapshot-running.xml', await virsh('snapshot-dumpxml', 'guest', 'running'))
    await virsh('snapshot-delete', 'guest', 'running')
    await virsh('snapshot-delete', 'guest', 'offline')
    for (const name of ['first', 'second']) {
      await attempt(`checkpoint ${name}`, async () => {
        await virsh('checkpoint-create-as', 'guest', name, `The ${name} one`, '--diskspec', 'vda,checkpoint=bitmap')
        await record(`qemu/checkpoint-${name}.xml`, await virsh('checkpoint-dumpxml', '--size', 'guest', name))
      })
    }
    for (const name of ['second', 'first'])
      await attempt(`end of ${name}`, () => virsh('checkpoint-delete', 'guest', name))
    await attempt('external snapshot', async () => {
      await virsh(
        'snapshot-create-as',
        'guest',
        'outside',
        '--memspec',
        join(base, 'memory.save'),
        '--diskspec',
        `vda,file=${join(base, 'over.qcow2')}`,
      )
      await record('qemu/snapshot-external.xml', await virsh('snapshot-dumpxml', 'guest', 'outside'))
      await record('qemu/domain-guest-overlaid.xml', await virsh('dumpxml', 'guest'))
    })
  } finally {
    await virsh('destroy', 'guest')
  }
}
