import type { XmlElement } from 'node-libvirt/xml'

/** What an element lets the guest, or whoever made the definition, do outside of the machine. */
export interface Outside {
  readonly kind: 'reads' | 'writes' | 'runs' | 'device' | 'network' | 'confinement' | 'arguments' | 'unknown'
  /** What it may do, from the machine on: 'may write to /home/ada/.profile on this computer'. */
  readonly what: string
}

export type FileUse = 'read' | 'write'

/** What only the host's own picture can say. */
export interface ReachGround {
  /** Whether a machine may have this file without a question: a volume of a pool that nobody else uses, its own firmware. */
  isOwnFile(path: string, use: FileUse): Promise<boolean>
  /** Where a volume that is named by its pool lies. Null: nobody can tell, and so it may be anything. */
  volumePath(pool: string, volume: string): Promise<string | null>
  /** What lies below a disk's image by the image's own word, as far as it is not own: 'reads /etc/shadow'. */
  outsideOfImage(path: string, format: string | null): Promise<readonly Outside[]>
}

/** What an element with this path means by its attributes and words; what is below it is looked at by itself. */
export type ReachingElement = (element: XmlElement, ground: ReachGround) => Promise<readonly Outside[]>

const reads = (path: string): Outside => ({ kind: 'reads', what: `may read ${path} on this computer` })
const writes = (path: string): Outside => ({ kind: 'writes', what: `may write to ${path} on this computer` })
const runs = (path: string): Outside => ({ kind: 'runs', what: `runs the program ${path} on this computer` })
const device = (what: string): Outside => ({ kind: 'device', what })
const network = (what: string): Outside => ({ kind: 'network', what })

const inside: readonly Outside[] = []
const attribute = (element: XmlElement, name: string) => element.getAttribute(name) ?? ''
const typeOf = (element: XmlElement) => attribute(element, 'type')
const parentOf = (element: XmlElement) => element.parent ?? element

async function file(ground: ReachGround, path: string, use: FileUse): Promise<readonly Outside[]> {
  if (path === '' || (await ground.isOwnFile(path, use))) return inside
  return [use === 'read' ? reads(path) : writes(path)]
}

/** The text of an element is a path. */
const readsText: ReachingElement = (element, ground) => file(ground, element.text.trim(), 'read')

/** Whether the machine can write to what a disk's source names. */
function useOf(source: XmlElement): FileUse {
  let disk: XmlElement | null = source
  while (disk !== null && disk.name !== 'disk') disk = disk.parent
  const isBelow = source.parent !== disk // images below are read only
  const isWritten = source.parent?.name === 'mirror' || source.parent?.name === 'dataStore'
  const readsOnly =
    disk === null || attribute(disk, 'device') === 'cdrom' || disk.elements.some(({ name }) => name === 'readonly')
  return (isBelow || readsOnly) && !isWritten ? 'read' : 'write'
}

/** A disk's <source>, that of an image below it, or of a copy of it. */
const diskSource: ReachingElement = async (source, ground) => {
  const owner = parentOf(source)
  const type = typeOf(owner)
  const use = useOf(source)
  if (type === 'network')
    return [
      network(
        `reaches ${attribute(source, 'protocol')} storage ${attribute(source, 'name')} over the network, with this computer’s rights`,
      ),
    ]
  if (type === 'nvme' || type === 'vhostuser' || type === 'vhostvdpa')
    return [device(`gets ${type} storage of this computer`)]
  const named =
    type === 'volume'
      ? [await ground.volumePath(attribute(source, 'pool'), attribute(source, 'volume'))]
      : ['file', 'dev', 'dir'].map((name) => source.getAttribute(name))
  return namedFiles(named, { owner, source, use, isVolume: type === 'volume' }, ground)
}

interface NamedBy {
  readonly owner: XmlElement
  readonly source: XmlElement
  readonly use: FileUse
  readonly isVolume: boolean
}

async function namedFiles(
  named: readonly (string | null)[],
  { owner, source, use, isVolume }: NamedBy,
  ground: ReachGround,
): Promise<readonly Outside[]> {
  const paths = named.filter((path) => path !== null)
  if (isVolume && paths.length === 0) {
    const volume = `the volume ${attribute(source, 'volume')} of the storage pool “${attribute(source, 'pool')}”`
    return [use === 'read' ? reads(volume) : writes(volume)]
  }
  const found = await Promise.all(paths.map((path) => file(ground, path, use)))
  const format = formatOf(owner)
  const own = paths.filter((_, index) => found[index]?.length === 0)
  const below = await Promise.all(own.map((path) => ground.outsideOfImage(path, format)))
  return [...found.flat(), ...below.flat()]
}

/** Of a disk its driver's type, of an image below it its format. Null: libvirt takes it for raw. */
function formatOf(owner: XmlElement): string | null {
  const [driver, format] = ['driver', 'format'].map((name) => owner.elements.find((each) => each.name === name))
  return driver?.getAttribute('type') ?? format?.getAttribute('type') ?? null
}

const loopback = new Set(['127.0.0.1', '::1', 'localhost'])

/** <graphics>: the address that it listens on is said there, in <listen>, or nowhere; then it is the host's default. */
const graphics: ReachingElement = (element) => {
  const type = typeOf(element)
  if (!['vnc', 'spice'].includes(type)) {
    const what =
      type === 'sdl' || type === 'desktop' ? 'opens a window on this computer’s screen' : `gives its screen to ${type}`
    return Promise.resolve(
      type === 'egl-headless' ? [device('uses the graphics card of this computer')] : [network(what)],
    )
  }
  const hasPassword = element.getAttribute('passwd') !== null
  const addresses = [element.getAttribute('listen')].flatMap((address) => address ?? [])
  return Promise.resolve([
    ...addresses.flatMap((address) => listening(address, hasPassword)),
    ...(element.getAttribute('socket') === null
      ? []
      : [network(`listens on the socket ${attribute(element, 'socket')}`)]),
  ])
}

const listen: ReachingElement = (element) => {
  const hasPassword = parentOf(element).getAttribute('passwd') !== null
  switch (typeOf(element)) {
    case 'address':
      return Promise.resolve(listening(attribute(element, 'address'), hasPassword))
    case 'socket': {
      const path = element.getAttribute('socket')
      return Promise.resolve(path === null ? inside : [network(`listens on the socket ${path}`)])
    }
    case 'network':
      return Promise.resolve([
        network(`shows its screen in the network “${attribute(element, 'network')}”${password(hasPassword)}`),
      ])
    case 'none':
      return Promise.resolve(inside)
    default:
      return Promise.resolve([network('shows its screen in a way that is not known')])
  }
}

const password = (isSet: boolean) => (isSet ? '' : ' without a password')

function listening(address: string, hasPassword: boolean): Outside[] {
  if (address === '' || loopback.has(address)) return []
  const where = /^(0\.0\.0\.0|::|\*)$/.test(address) ? 'all addresses of this computer' : address
  return [network(`shows its screen on ${where}${password(hasPassword)}`)]
}

/** What a serial port, a channel and the like are joined to; of these kinds the guest alone is at the other end. */
const innerKinds = new Set(['', 'pty', 'null', 'vc', 'spicevmc', 'spiceport', 'qemu-vdagent'])
const ownSocket = /^\/[^\0]*\/libvirt\/qemu\/channel\/target\/[^/]+(?:\/[^/]+)?$/

const characterSource: ReachingElement = (source, ground) => {
  const type = typeOf(parentOf(source))
  const [path, mode] = [attribute(source, 'path'), attribute(source, 'mode')]
  if (innerKinds.has(type)) return Promise.resolve(inside)
  switch (type) {
    case 'file':
    case 'pipe':
      return Promise.resolve([writes(path)])
    case 'dev':
      return Promise.resolve([device(`gets the device ${path} of this computer`)])
    case 'unix':
      if (path === '' || (mode !== 'connect' && ownSocket.test(path) && !path.includes('/../')))
        return Promise.resolve(inside)
      return Promise.resolve([
        network(
          attribute(source, 'mode') === 'connect'
            ? `talks to the socket ${path} of this computer`
            : `makes the socket ${path} on this computer`,
        ),
      ])
    case 'tcp':
    case 'udp': {
      const place = `${attribute(source, 'host')}:${attribute(source, 'service')}`
      return Promise.resolve([
        network(
          attribute(source, 'mode') === 'bind' ? `listens on ${place} without a password` : `connects to ${place}`,
        ),
      ])
    }
    default:
      void ground
      return Promise.resolve([network(`is joined to “${type}” of this computer`)])
  }
}

/** Such a device may do without a source only where it needs none. */
const characterDevice: ReachingElement = (element) => {
  const type = typeOf(element)
  const isInner = innerKinds.has(type) || ['unix', 'file', 'pipe', 'dev', 'tcp', 'udp'].includes(type)
  return Promise.resolve(isInner ? inside : [network(`is joined to “${type}” of this computer`)])
}

const log: ReachingElement = (element) => Promise.resolve([writes(attribute(element, 'file'))])

const interfaceType: ReachingElement = (element) => {
  switch (typeOf(element)) {
    case 'user':
    case 'network':
    case 'bridge':
    case 'direct':
    case 'internal':
    case 'null':
      return Promise.resolve(inside)
    case 'ethernet':
      return Promise.resolve([network('makes, or takes, a network device of this computer')])
    case 'server':
    case 'mcast':
    case 'udp':
    case 'client':
      return Promise.resolve([network('sends its network’s packets to another program by IP')])
    case 'hostdev':
      return Promise.resolve([device('gets a network card of this computer')])
    default:
      return Promise.resolve([network(`has a network card of the kind “${typeOf(element)}”`)])
  }
}

const interfaceSource: ReachingElement = (source) => {
  const type = typeOf(parentOf(source))
  if (type === 'direct' && attribute(source, 'mode') === 'passthrough')
    return Promise.resolve([device(`takes the network card ${attribute(source, 'dev')} of this computer for itself`)])
  if (['user', 'network', 'bridge', 'direct', 'internal'].includes(type)) return Promise.resolve(inside)
  const path = source.getAttribute('path')
  return Promise.resolve(path === null ? inside : [network(`talks to the socket ${path} of this computer`)])
}

const interfaceBackend: ReachingElement = (element) => {
  const paths = ['tap', 'vhost'].flatMap((name) => element.getAttribute(name) ?? [])
  const logFile = element.getAttribute('logFile')
  return Promise.resolve([
    ...paths.map((path) => device(`opens ${path} of this computer`)),
    ...(logFile === null ? [] : [writes(logFile)]),
  ])
}

const script: ReachingElement = (element) => Promise.resolve([runs(attribute(element, 'path'))])

const hostDevice: ReachingElement = (element) =>
  Promise.resolve([device(`gets a device of this computer (${typeOf(element) || attribute(element, 'mode')})`)])

const folder: ReachingElement = (element) => {
  const source = element.elements.find(({ name }) => name === 'source')
  const path = ['dir', 'file', 'dev', 'name', 'socket'].flatMap((name) => source?.getAttribute(name) ?? [])[0] ?? ''
  const isReadOnly = element.elements.some(({ name }) => name === 'readonly')
  return Promise.resolve([
    {
      kind: isReadOnly ? 'reads' : 'writes',
      what: `gives the guest the folder ${path} of this computer${isReadOnly ? ' to read' : ''}`,
    },
  ])
}

const audio: ReachingElement = (element) => {
  const type = typeOf(element)
  if (type === '' || type === 'none' || type === 'spice') return Promise.resolve(inside)
  if (type === 'file') return Promise.resolve([writes(attribute(element, 'path') || 'a sound file')])
  return Promise.resolve([device('hears and speaks through this computer’s sound devices')])
}

const tpmBackend: ReachingElement = (element) =>
  Promise.resolve(
    typeOf(element) === 'emulator' ? inside : [device(`gets a TPM of this computer (${typeOf(element)})`)],
  )

const tpmSource: ReachingElement = (element) => {
  const path = attribute(element, 'path')
  return Promise.resolve([writes(path)])
}

const randomSources = new Set(['/dev/urandom', '/dev/random', '/dev/hwrng'])

const rngBackend: ReachingElement = (element) => {
  const model = attribute(element, 'model')
  if (model === 'builtin') return Promise.resolve(inside)
  if (model !== 'random') return Promise.resolve([network(`takes random numbers from another program (${model})`)])
  const path = element.text.trim()
  return Promise.resolve(path === '' || randomSources.has(path) ? inside : [reads(path)])
}

const redirected: ReachingElement = (element) =>
  Promise.resolve(typeOf(element) === 'spicevmc' ? inside : [network(`redirects a USB device by ${typeOf(element)}`)])

/** A label that the driver makes up keeps machines apart; any other is somebody's choice. */
const securityLabel: ReachingElement = (element) => {
  const type = typeOf(element)
  if (type === 'dynamic' && element.elements.length === 0 && element.getAttribute('relabel') !== 'no')
    return Promise.resolve(inside)
  const what =
    type === 'none' ? 'runs without the shield between machines and this computer' : 'chooses its own security label'
  return Promise.resolve([{ kind: 'confinement', what }])
}

const emulator: ReachingElement = (element) => {
  const path = element.text.trim()
  const isQemu = path === '' || /^\/usr\/(?:local\/)?(?:bin|libexec)\/(?:qemu-system-[\w-]+|qemu-kvm|kvm)$/.test(path)
  return Promise.resolve(isQemu ? inside : [runs(path)])
}

const crash: ReachingElement = (element) =>
  Promise.resolve(
    /^(destroy|restart|preserve|rename-restart)$/.test(element.text.trim())
      ? inside
      : [{ kind: 'writes', what: 'writes its memory to this computer’s disk when it crashes' }],
  )

const firmwareEntry: ReachingElement = async (element, ground) => {
  const path = element.getAttribute('file')
  return path === null ? inside : file(ground, path, 'read')
}

const variables: ReachingElement = async (element, ground) => [
  ...(await file(ground, element.text.trim(), 'write')),
  ...(await file(ground, attribute(element, 'template'), 'read')),
]

const variablesSource: ReachingElement = async (element, ground) => {
  const named = ['file', 'dev'].flatMap((name) => element.getAttribute(name) ?? [])
  return (await Promise.all(named.map((path) => file(ground, path, 'write')))).flat()
}

const input: ReachingElement = (element) =>
  Promise.resolve(
    ['mouse', 'tablet', 'keyboard'].includes(typeOf(element))
      ? inside
      : [device('reads what is typed or pointed at on this computer itself')],
  )

const sharedMemory: ReachingElement = () =>
  Promise.resolve([device('shares memory with other machines and programs of this computer')])

const hostSocket: ReachingElement = () =>
  Promise.resolve([network('may talk to programs of this computer past every network')])

const rom: ReachingElement = async (element, ground) => file(ground, attribute(element, 'file'), 'read')

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
