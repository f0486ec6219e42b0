import { inside, type ReachingElement } from './outside.ts'
import {
  characterDevice,
  characterSource,
  graphics,
  interfaceBackend,
  interfaceSource,
  interfaceType,
  listen,
  log,
  script,
} from './reaching-connections.ts'
import {
  audio,
  crash,
  emulator,
  folder,
  hostDevice,
  hostSocket,
  input,
  redirected,
  rngBackend,
  securityLabel,
  sharedMemory,
  tpmBackend,
  tpmSource,
} from './reaching-devices.ts'
import { diskSource, firmwareEntry, readsText, rom, variables, variablesSource } from './reaching-files.ts'

const nothing: ReachingElement = () => Promise.resolve(inside)

interface Reaching {
  readonly look: ReachingElement
  /** Attributes that `look` has read, or that mean nothing by themselves. Null: any, it is told whatever they say. */
  readonly attributes: readonly string[] | null
}

const of = (look: ReachingElement, attributes: readonly string[] | null = null): Reaching => ({ look, attributes })

const character = ['serial', 'parallel', 'console', 'channel'].flatMap((name): [string, Reaching][] => [
  [`devices/${name}`, of(characterDevice, ['type', 'tty'])],
  [`devices/${name}/source`, of(characterSource, ['path', 'mode', 'host', 'service', 'append', 'channel', 'tls'])],
  [`devices/${name}/source/clipboard`, of(nothing, ['copypaste'])],
  [`devices/${name}/source/mouse`, of(nothing, ['mode'])],
  [`devices/${name}/log`, of(log, ['file', 'append'])],
])

const elements = new Map<string, Reaching>([
  ['on_crash', of(crash, [])],
  ['seclabel', of(securityLabel)],
  ['os/loader', of(readsText, ['readonly', 'secure', 'type', 'format', 'stateless'])],
  ['os/nvram', of(variables, ['template', 'type', 'format', 'templateFormat'])],
  ['os/nvram/source', of(variablesSource, ['file', 'dev'])],
  ['os/kernel', of(readsText, [])],
  ['os/initrd', of(readsText, [])],
  ['os/shim', of(readsText, [])],
  ['os/dtb', of(readsText, [])],
  ['os/acpi/table', of(readsText, ['type'])],
  ['sysinfo/entry', of(firmwareEntry, ['name', 'file'])],
  ['devices/emulator', of(emulator, [])],
  [
    'devices/disk/source',
    of(diskSource, ['file', 'dev', 'dir', 'protocol', 'name', 'pool', 'volume', 'mode', 'startupPolicy', 'index']),
  ],
  ['devices/disk/backingStore', of(nothing, ['type', 'index'])],
  ['devices/disk/backingStore/format', of(nothing, ['type'])],
  ['devices/disk/mirror', of(nothing, ['type', 'job', 'ready', 'file', 'format'])],
  ['devices/disk/mirror/format', of(nothing, ['type'])],
  ['devices/filesystem', of(folder)],
  ['devices/filesystem/source', of(nothing)],
  ['devices/filesystem/target', of(nothing)],
  ['devices/filesystem/driver', of(nothing, ['type', 'format', 'queue', 'wrpolicy', 'name'])],
  ['devices/filesystem/readonly', of(nothing, [])],
  ['devices/filesystem/binary', of(script)],
  ['devices/interface', of(interfaceType, ['type', 'trustGuestRxFilters'])],
  [
    'devices/interface/source',
    of(interfaceSource, ['network', 'bridge', 'dev', 'mode', 'portgroup', 'path', 'portid']),
  ],
  ['devices/interface/backend', of(interfaceBackend, ['type', 'tap', 'vhost', 'logFile'])],
  ['devices/interface/script', of(script)],
  ['devices/interface/downscript', of(script)],
  [
    'devices/graphics',
    of(graphics, [
      'type',
      'listen',
      'port',
      'autoport',
      'tlsPort',
      'socket',
      'passwd',
      'passwdValidTo',
      'keymap',
      'sharePolicy',
      'websocket',
      'connected',
      'powerControl',
      'defaultMode',
    ]),
  ],
  ['devices/graphics/listen', of(listen, ['type', 'address', 'network', 'socket'])],
  ['devices/audio', of(audio, null)],
  ['devices/redirdev', of(redirected, ['type', 'bus'])],
  ['devices/tpm/backend', of(tpmBackend, ['type', 'version', 'persistent_state', 'debug'])],
  ['devices/tpm/backend/active_pcr_banks', of(nothing, [])],
  ['devices/tpm/backend/device', of(nothing, ['path'])],
  ['devices/tpm/backend/source', of(tpmSource)],
  ['devices/rng/backend', of(rngBackend, ['model', 'type'])],
  ['devices/input', of(input, ['type', 'bus', 'model'])],
  ['devices/input/source', of(nothing)],
  ['devices/shmem', of(sharedMemory)],
  ['devices/vsock', of(hostSocket)],
  ['devices/interface/rom', of(rom, ['bar', 'enabled', 'file'])],
  ...character,
  ...['hostdev', 'lease', 'pstore'].map((name): [string, Reaching] => [`devices/${name}`, of(hostDevice)]),
])

/** Images below images, as deep as they go, are the same element. */
const flat = (path: string) =>
  path
    .replace(/^(devices\/disk)(?:\/backingStore)+\/source$/, '$1/source')
    .replace(/^(devices\/disk\/backingStore)(?:\/backingStore)+(?=\/|$)/, '$1')
    .replace(/^devices\/disk\/mirror\/source$/, 'devices/disk/source')
    .replace(/^devices\/disk(?:\/backingStore)*(?:\/source)\/dataStore/, 'devices/disk/backingStore')
    .replace(/^devices\/disk\/backingStore\/source$/, 'devices/disk/source')

export const reachingElement = (path: string): Reaching | null => elements.get(flat(path)) ?? null
