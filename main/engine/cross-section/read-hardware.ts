import { basename, join } from 'node:path'

import type { HostFiles } from '../hosts/place/host-files.ts'
import type { HardwarePicture, NetworkDevice, StorageDevice } from './sources.ts'

const mostPorts = 10_000

export const nothingKnown: HardwarePicture = { storage: new Map(), route: null, bridgePorts: new Map() }

/** Looks at the host's computer: which device each folder lies on, and how packets leave. */
export async function readHardware(
  files: HostFiles,
  folders: readonly string[],
  bridges: readonly string[],
): Promise<HardwarePicture> {
  const mounts = parseMounts(await textOf(files, '/proc/self/mountinfo'))
  const [devices, ports, route] = await Promise.all([
    Promise.all(folders.map(async (folder) => [folder, await storageOf(files, folder, mounts)] as const)),
    Promise.all(bridges.map(async (bridge) => [bridge, await portsOf(files, bridge)] as const)),
    defaultRoute(files),
  ])
  return {
    storage: new Map(devices.flatMap(([folder, device]) => (device === null ? [] : [[folder, device] as const]))),
    route,
    bridgePorts: new Map(ports),
  }
}

export interface Mount {
  readonly mountPoint: string
  readonly fileSystem: string
  readonly source: string
}

/** Lines of proc(5)'s mountinfo: id parent major:minor root mount-point options [fields…] - type source options. */
export function parseMounts(text: string): Mount[] {
  return text.split('\n').flatMap((line) => {
    const [before = '', after = ''] = line.split(' - ')
    const mountPoint = before.split(' ')[4]
    const [fileSystem, source] = after.split(' ')
    if (mountPoint === undefined || fileSystem === undefined || source === undefined) return []
    return [{ mountPoint: unescaped(mountPoint), fileSystem, source: unescaped(source) }]
  })
}

/** The mount that a path lies in: the deepest; of two at one place the later hides the earlier. */
export function mountOf(path: string, mounts: readonly Mount[]): Mount | null {
  let deepest: Mount | null = null
  for (const mount of mounts) {
    const isAbove = mount.mountPoint === '/' || path === mount.mountPoint || path.startsWith(`${mount.mountPoint}/`)
    if (isAbove && (deepest === null || mount.mountPoint.length >= deepest.mountPoint.length)) deepest = mount
  }
  return deepest
}

/** Space, tab, newline and backslash stand as octal numbers. */
function unescaped(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(parseInt(octal, 8)))
}

async function storageOf(files: HostFiles, folder: string, mounts: readonly Mount[]): Promise<StorageDevice | null> {
  const mount = mountOf(folder, mounts)
  if (mount === null) return null
  try {
    const room = await files.room(folder)
    const { mountPoint, fileSystem, source } = mount
    return {
      name: await deviceName(files, source),
      fileSystem,
      mountPoint,
      ...room,
    }
  } catch {
    return null // not there, or not for us to look at: nothing is claimed
  }
}

/** /dev/mapper/vg-root is a link to ../dm-0; the name of the link says more. */
async function deviceName(files: HostFiles, source: string): Promise<string> {
  if (!source.startsWith('/dev/') || source.startsWith('/dev/mapper/')) return basename(source)
  return basename(await files.realpath(source).catch(() => source))
}

async function defaultRoute(files: HostFiles): Promise<NetworkDevice | null> {
  const name = parseDefaultRoute(await textOf(files, '/proc/net/route'))
  return name === null ? null : readDevice(files, name)
}

/** Of the routes to everywhere the one with the least metric. */
export function parseDefaultRoute(text: string): string | null {
  const routes = text
    .split('\n')
    .slice(1)
    .map((line) => line.split(/\s+/))
    .filter(([, destination, , , , , , mask]) => destination === '00000000' && mask === '00000000')
    .sort((one, other) => Number(one[6]) - Number(other[6]))
  return routes[0]?.[0] ?? null
}

/** What is plugged into a bridge, but for the ends of other machines. */
async function portsOf(files: HostFiles, bridge: string): Promise<NetworkDevice[]> {
  const folder = join('/sys/class/net', bridge, 'brif')
  const entries = await files.list(folder, mostPorts).catch(() => []) // no such bridge: no ports
  const names = entries.map(({ name }) => name).filter((name) => !/^(vnet|tap|macvtap)\d/.test(name))
  return Promise.all(names.map((name) => readDevice(files, name)))
}

async function readDevice(files: HostFiles, name: string): Promise<NetworkDevice> {
  const folder = join('/sys/class/net', name)
  const [state, speed] = await Promise.all([
    textOf(files, join(folder, 'operstate')),
    textOf(files, join(folder, 'speed')),
  ])
  const speedMbitPerS = Number(speed)
  // A virtual card says 'unknown', and -1 where there is no speed.
  return { name, isUp: state.trim() !== 'down', speedMbitPerS: speedMbitPerS > 0 ? speedMbitPerS : null }
}

/** Empty where the system does not have such a file. */
function textOf(files: HostFiles, path: string): Promise<string> {
  return files.readText(path).catch(() => '')
}
