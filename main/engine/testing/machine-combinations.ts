import {
  bootDevices,
  diskBuses,
  diskCaches,
  firmwares,
  nicModels,
  soundModels,
  videoModels,
} from '@strata/contract/create.ts'

import type { PlacedDisk, SettledMachine } from '../create/definition/definition.ts'
import { noFacts } from '../definitions/strata-metadata.ts'
import { plainHardware } from './proposed-machine.ts'

/** Every choice that shows in a definition, with the values that are tried of it. */
const dimensions = {
  machineType: ['q35', 'pc', 'virt'],
  firmware: firmwares,
  tpm: [false, true],
  accelerator: ['kvm', 'emulation'],
  cpu: [
    { mode: 'maximum' },
    { mode: 'host-model' },
    { mode: 'host-passthrough' },
    { mode: 'named', model: 'qemu64' },
    { mode: 'named', model: 'Penryn' },
  ],
  topology: [null, { sockets: 1, cores: 2, threads: 2 }, { sockets: 4, cores: 1, threads: 1 }],
  memoryMiB: [64, 4096],
  moreMemoryMiB: [null, 0, 1024],
  bus: diskBuses,
  otherBus: diskBuses,
  cache: diskCaches,
  allocation: ['thin', 'full'],
  diskFormat: ['qcow2', 'raw', 'vmdk', 'vdi'],
  diskType: ['file', 'block'],
  diskCount: [0, 1, 2, 17],
  cdroms: [[], ["/isos/a user's <odd> & Ünïx.iso"], [null], ['/isos/one.iso', '/isos/two.iso', null]],
  seeds: [[], ['/pool/a seed & <co>.iso'], ['/pool/seed.iso', '/pool/answers.iso']],
  network: [
    { kind: 'none' },
    { kind: 'user' },
    { kind: 'network', networkName: 'a & b' },
    { kind: 'bridge', bridgeName: 'br0' },
    { kind: 'macvtap', deviceName: 'eth0' },
  ],
  nicModel: nicModels,
  moreNicCount: [0, 1, 8],
  video: videoModels,
  sound: soundModels,
  agentChannel: [true, false],
  rng: [true, false],
  bootOrder: [['disk', 'cdrom'], ['cdrom', 'disk'], ['network', 'disk'], ['disk'], bootDevices, []],
  osId: [null, 'ubuntu22.04', 'win11', 'win7'],
  macAddress: [null, '52:54:00:12:34:56'],
  osUri: [null, 'http://ubuntu.com/ubuntu/22.04?a=1&b=2'],
  directBoot: [
    null,
    { kernelPath: '/k/linux', initrdPath: '/k/initrd.gz', commandLine: 'auto=true a="b & c" --- quiet' },
  ],
  variablesPath: [null, '/pool/Ünïx & co_VARS.fd'],
  screen: [{ kind: 'socket' }, { kind: 'loopback', password: 'pass<wo' }],
  facts: [
    noFacts,
    {
      origin: { createdAtMs: 1_700_000_000_000, mediaName: 'a "b" <c>.iso' },
      nextName: 'Zoë & <co>',
      ownMedia: ["/seeds/it's & one.iso"],
      installation: { runs: 'automatic', drives: ['sda'], files: ['/k/linux'] },
      isTemplate: true,
    },
  ],
} as const

type Dimensions = typeof dimensions
type Dimension = keyof Dimensions
type Choice = { readonly [D in Dimension]: Dimensions[D][number] }

const names = Object.keys(dimensions) as Dimension[]

/** A machine for each of many combinations: every two values of two choices meet at least once. Always the same for one seed. */
export function machineCombinations(count: number, seed: number): SettledMachine[] {
  const random = randomNumbers(seed)
  const picks = Array.from({ length: count }, () => names.map((name) => Math.floor(random() * dimensions[name].length)))
  const met = new Set(picks.flatMap(pairsOf))
  for (const pair of allPairs()) {
    if (met.has(pair.key)) continue
    const pick = names.map((name) => Math.floor(random() * dimensions[name].length))
    pick[pair.first] = pair.firstValue
    pick[pair.second] = pair.secondValue
    for (const key of pairsOf(pick)) met.add(key)
    picks.push(pick)
  }
  return picks.map((pick, index) => {
    const choice = Object.fromEntries(names.map((name, at) => [name, dimensions[name][pick[at] ?? 0]]))
    return settle(choice as unknown as Choice, index)
  })
}

const keyOf = (first: number, firstValue: number, second: number, secondValue: number) =>
  `${first}=${firstValue} ${second}=${secondValue}`

function pairsOf(pick: readonly number[]): string[] {
  return pick.flatMap((firstValue, first) =>
    pick.slice(first + 1).map((secondValue, offset) => keyOf(first, firstValue, first + 1 + offset, secondValue)),
  )
}

function* allPairs() {
  for (const [first, firstName] of names.entries())
    for (const [offset, secondName] of names.slice(first + 1).entries())
      for (const firstValue of dimensions[firstName].keys())
        for (const secondValue of dimensions[secondName].keys()) {
          const second = first + 1 + offset
          yield { first, firstValue, second, secondValue, key: keyOf(first, firstValue, second, secondValue) }
        }
}

function settle(choice: Choice, index: number): SettledMachine {
  const { topology, memoryMiB, moreMemoryMiB, diskCount, moreNicCount, network, nicModel } = choice
  // The form is stopped before it asks a newer machine for IDE.
  const busOf = (bus: PlacedDisk['bus']) => (bus === 'ide' && choice.machineType !== 'pc' ? 'sata' : bus)
  const disks = Array.from({ length: diskCount }, (_, at): PlacedDisk => {
    const [wantedBus, format] = at % 2 === 0 ? [choice.bus, choice.diskFormat] : [choice.otherBus, 'raw' as const]
    const bus = busOf(wantedBus)
    const path =
      choice.diskType === 'block' ? `/dev/vg/machine-${index}-${at}` : `/pool/machine-${index}-${at}.${format}`
    return { path, type: choice.diskType, format, bus, cache: choice.cache, allocation: choice.allocation }
  })
  return {
    wanted: {
      ...plainHardware,
      name: `machine ${index} & <co>`,
      osId: choice.osId,
      vcpuCount: topology === null ? 3 : topology.sockets * topology.cores * topology.threads,
      topology,
      cpu: choice.cpu,
      memoryKiB: memoryMiB * 1024,
      maxMemoryKiB: moreMemoryMiB === null ? null : (memoryMiB + moreMemoryMiB) * 1024,
      disk: { bus: busOf(choice.bus), cache: choice.cache, allocation: choice.allocation },
      network,
      nicModel,
      moreNics: Array.from({ length: moreNicCount }, (_, at) => ({
        source: at % 2 === 0 ? network : { kind: 'user' as const },
        model: nicModel,
      })),
      firmware: choice.firmware,
      tpm: choice.tpm,
      machineType: choice.machineType,
      accelerator: choice.accelerator,
      video: choice.video,
      sound: choice.sound,
      agentChannel: choice.agentChannel,
      rng: choice.rng,
      bootOrder: [...choice.bootOrder],
    },
    uuid: `0b8e4a44-2f5c-4a5c-9f0e-${index.toString(16).padStart(12, '0')}`,
    architecture: choice.machineType === 'virt' ? 'aarch64' : 'x86_64',
    osUri: choice.osUri,
    macAddress: choice.macAddress,
    disks,
    cdroms: choice.cdroms,
    seeds: choice.seeds,
    directBoot: choice.directBoot,
    variablesPath: choice.firmware === 'bios' ? null : choice.variablesPath,
    screen: choice.screen,
    facts: choice.facts,
  }
}

/** Numbers from 0 to 1, the same ones for the same seed: a linear congruential generator modulo 2^32. */
function randomNumbers(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}
