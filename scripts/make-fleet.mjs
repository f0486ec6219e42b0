// Writes a made-up host for libvirt's test driver: machines in every state, networks, a pool with volumes,
// restore points. The same numbers in give the same text out. Opened with test:///absolute/path.xml.
// Usage: node scripts/make-fleet.mjs [MACHINES = 120] [SEED = 1] > fleet.xml
import { fileURLToPath } from 'node:url'

const STATES = { running: 1, paused: 3, off: 5, crashed: 6, asleep: 7 } // virDomainState
const stateOdds = /** @type {const} */ ([
  ['running', 55],
  ['off', 28],
  ['paused', 7],
  ['asleep', 6],
  ['crashed', 4],
])

const roles = [
  { name: 'web', title: 'Public web site' },
  { name: 'postgres', title: 'Database, nightly dump at 02:00' },
  { name: 'build', title: 'Build runner' },
  { name: 'desktop', title: 'Büro-Arbeitsplatz, 2. Stock' },
  { name: 'mail', title: 'Почта' },
  { name: 'lab', title: '試験用 <please keep> & ask first' },
  { name: 'cache', title: '' },
  { name: 'monitoring', title: '' },
  { name: 'the-name-that-is-as-long-as-somebody-will-one-day-make-it-with-region-and-purpose', title: 'Long' },
]
const sites = ['', '', '', '-berlin', '-são-paulo', '-tokyo']
const networks = [
  { name: 'office', mode: 'nat' },
  { name: 'servers', mode: 'route' },
  { name: 'lab', mode: 'nat' },
]
const GIB = 2 ** 30

/**
 * A stream of whole numbers that depends on the seed only (a xorshift of 32 bits).
 * @param {number} seed
 */
function dice(seed) {
  let state = (Math.imul(seed, 0x9e3779b1) ^ 0x5bd1e995) >>> 0 || 1
  return (/** @type {number} */ sides) => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    state >>>= 0
    return state % sides
  }
}

/** @param {string} text */
const escaped = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

/**
 * @param {number} kind tells machines from networks and pools
 * @param {number} index
 */
const uuid = (kind, index) => `57a7a000-000${kind}-4000-8000-${index.toString(16).padStart(12, '0')}`

/**
 * @template T
 * @param {readonly T[]} items
 * @param {(sides: number) => number} roll
 * @returns {T}
 */
function pick(items, roll) {
  return /** @type {T} */ (items[roll(items.length)])
}

/** @param {(sides: number) => number} roll */
function pickState(roll) {
  let left = roll(stateOdds.reduce((sum, [, odds]) => sum + odds, 0))
  for (const [state, odds] of stateOdds) {
    if (left < odds) return state
    left -= odds
  }
  return 'running'
}

/**
 * @param {number} index
 * @param {(sides: number) => number} roll
 */
function machineXml(index, roll) {
  const role = pick(roles, roll)
  const state = pickState(roll)
  const machine = {
    name: `${role.name}${pick(sites, roll)}-${String(index).padStart(3, '0')}`,
    memoryKiB: 2 ** (19 + roll(6)),
    vcpus: 2 ** roll(4),
    disks: 1 + roll(3),
  }
  const mac = [0x52, 0x54, 0, (index >> 16) & 255, (index >> 8) & 255, index & 255]
  const marks = [`<test:runstate>${STATES[state]}</test:runstate>`]
  // The driver refuses a transient machine that is off, and saved memory for one that is not.
  if (state !== 'off' && roll(25) === 0) marks.push('<test:transient/>')
  if (state === 'off' && roll(5) === 0) marks.push('<test:hasmanagedsave/>')
  if (roll(6) === 0) marks.push(...restorePoints(index, machine, 1 + roll(4)))
  const disks = Array.from({ length: machine.disks }, (_, disk) => {
    return `<disk type="file" device="disk"><driver name="qemu" type="qcow2"/><source file="/fleet/machine-${index}-${disk}.qcow2"/><target dev="vd${'abc'[disk]}" bus="virtio"/></disk>`
  })
  return `  <domain type="test" xmlns:test="http://libvirt.org/schemas/domain/test/1.0">
    <name>${escaped(machine.name)}</name><uuid>${uuid(1, index)}</uuid>
    ${role.title === '' ? '' : `<title>${escaped(role.title)}</title>`}
    <memory>${machine.memoryKiB}</memory><currentMemory>${machine.memoryKiB}</currentMemory><vcpu>${machine.vcpus}</vcpu>
    <os><type arch="x86_64">hvm</type><boot dev="hd"/></os><features><acpi/></features>
    <devices>
      ${disks.join('\n      ')}
      <interface type="network"><mac address="${mac.map((byte) => byte.toString(16).padStart(2, '0')).join(':')}"/><source network="${pick(networks, roll).name}"/><model type="virtio"/></interface>
      <graphics type="vnc" port="-1" autoport="yes"/><video><model type="virtio"/></video>
    </devices>
    ${marks.join('\n    ')}
  </domain>`
}

/**
 * A chain of restore points, the last of which is the current one.
 * @param {number} index
 * @param {{ name: string, memoryKiB: number }} machine
 * @param {number} count
 */
function restorePoints(index, machine, count) {
  const names = ['fresh install', 'before the upgrade', 'после обновления', 'known good']
  return names.slice(0, count).map((name, point) => {
    const parent = names[point - 1]
    return `<test:domainsnapshot><name>${name}</name>${parent === undefined ? '' : `<parent><name>${parent}</name></parent>`}<state>shutoff</state><creationTime>${1_760_000_000 + index * 977 + point * 86_400}</creationTime><domain type="test"><name>${escaped(machine.name)}</name><uuid>${uuid(1, index)}</uuid><memory>${machine.memoryKiB}</memory><os><type arch="x86_64">hvm</type></os></domain><active>${point === count - 1 ? 1 : 0}</active></test:domainsnapshot>`
  })
}

/**
 * @param {{ name: string, mode: string }} network
 * @param {number} index
 */
function networkXml({ name, mode }, index) {
  const subnet = `10.20.${index}`
  return `  <network><name>${name}</name><uuid>${uuid(2, index)}</uuid><forward mode="${mode}"/><bridge name="fleet${index}"/><ip address="${subnet}.1" netmask="255.255.255.0"><dhcp><range start="${subnet}.10" end="${subnet}.250"/></dhcp></ip></network>`
}

/**
 * @param {number} machines
 * @param {(sides: number) => number} roll
 */
function poolXml(machines, roll) {
  const volumes = Array.from({ length: Math.min(machines, 250) }, (_, index) => {
    const capacityBytes = (8 + roll(120)) * GIB
    // The driver's pools hold 100 GiB, and count below zero when their volumes say more.
    const allocationBytes = Math.round((GIB * (5 + roll(30))) / 100)
    const path = `/fleet/machine-${index + 1}-0.qcow2`
    return `    <volume type="file"><name>machine-${index + 1}-0.qcow2</name><key>${path}</key><source/><capacity>${capacityBytes}</capacity><allocation>${allocationBytes}</allocation><target><path>${path}</path><format type="qcow2"/></target></volume>`
  })
  return `  <pool type="dir"><name>fleet</name><uuid>${uuid(3, 0)}</uuid><target><path>/fleet</path></target>
${volumes.join('\n')}
  </pool>`
}

/**
 * The whole host as text.
 * @param {{ machines: number, seed?: number }} options
 */
export function fleetXml({ machines, seed = 1 }) {
  const roll = dice(seed)
  const body = Array.from({ length: machines }, (_, index) => machineXml(index + 1, roll))
  return `<node>
  <cpu><mhz>2900</mhz><model>x86_64</model><active>48</active><nodes>2</nodes><sockets>1</sockets><cores>12</cores><threads>2</threads></cpu>
  <memory>${256 * 2 ** 20}</memory>
${body.join('\n')}
${networks.map(networkXml).join('\n')}
${poolXml(machines, roll)}
</node>
`
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [machines = 120, seed = 1] = process.argv.slice(2).map(Number)
  process.stdout.write(fleetXml({ machines, seed }))
}
