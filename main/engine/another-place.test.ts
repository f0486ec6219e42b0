import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

import { openConnection, type Connection } from 'node-libvirt'
import { CapabilitiesXml, DomainSnapshotXml, DomainXml } from 'node-libvirt/xml'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { startDaemon, type RealDaemon } from '../../node-libvirt/testing/real-daemon.ts'
import { ConsoleTickets } from './console/tickets.ts'
import { findDriversMedia } from './create/proposals/drivers-media.ts'
import { readDisks } from './cross-section/read-disks.ts'
import { readHardware } from './cross-section/read-hardware.ts'
import { fileIdentity, fileKey } from './disk-images/file-key.ts'
import { FileUsers } from './disk-images/file-users.ts'
import { examineImages } from './disk-images/image-chain.ts'
import { readImageHeader } from './disk-images/image-header.ts'
import { readImageLinks } from './disk-images/image-links.ts'
import { imagesInFolder } from './disk-images/pool-images.ts'
import { readInnerPoints } from './disk-images/qcow2-snapshots.ts'
import { standsAtPoint } from './disk-images/stands-at-point.ts'
import { checkBootFiles } from './doctor/checks/boot-files.ts'
import { checkDenials } from './doctor/checks/denials.ts'
import { checkDevices } from './doctor/checks/devices.ts'
import { checkFirmware } from './doctor/checks/firmware.ts'
import { checkImageContents } from './doctor/checks/image-contents.ts'
import { checkImageFiles } from './doctor/checks/image-files.ts'
import { checkImageUse } from './doctor/checks/image-use.ts'
import { checkMemory } from './doctor/checks/memory.ts'
import { checkNetworks } from './doctor/checks/networks.ts'
import { checkPlatform } from './doctor/checks/platform.ts'
import { checkPorts } from './doctor/checks/ports.ts'
import { checkRoom } from './doctor/checks/room.ts'
import { examine, type Examined } from './doctor/examined.ts'
import { readHost } from './hosts/host-facts.ts'
import { HostRegistry } from './hosts/host-registry.ts'
import { Host } from './hosts/host.ts'
import { canTryKvm } from './hosts/kvm-fact.ts'
import { canonicalPath } from './hosts/place/files-of.ts'
import type { HostFiles } from './hosts/place/host-files.ts'
import { noPorts } from './hosts/place/host-ports.ts'
import { readHostSystem } from './hosts/place/host-system.ts'
import { startSystemDaemon } from './hosts/start-daemon.ts'
import { readHostPicture } from './imports/definition/host-picture.ts'
import { reachGround } from './imports/definition/reach-ground.ts'
import { mayWriteTo } from './imports/disk-image/convert-image.ts'
import { checkInPlace } from './imports/disk-image/in-place.ts'
import { findImage } from './imports/disk-image/inspect-disk-image.ts'
import { moveWay } from './imports/disk-image/move-way.ts'
import { removeOriginal } from './imports/disk-image/original.ts'
import { daemonFolders } from './machines/daemon-folders.ts'
import { HostLoadMeter } from './monitoring/host-load.ts'
import { readBridgeHelper } from './networks/bridge-helper.ts'
import { readHostLinks } from './networks/host-links.ts'
import { readListeners } from './networks/listeners.ts'
import { routedCidrs } from './networks/routed-networks.ts'
import { requireImage } from './repair-acts/image-repairs.ts'
import { closedWay } from './repairs/file-reach.ts'
import { makeBridge } from './repairs/make-bridge.ts'
import { isForQemu } from './repairs/openable-file.ts'
import { ImageTables } from './snapshots/image-tables.ts'
import { heldAtPoint } from './snapshots/held-disks.ts'
import { defaultPoolFolder } from './storage/default-pool.ts'
import { deleteFile } from './storage/delete-file.ts'
import { placedAt } from './storage/placed-files.ts'
import { qemuUserOf } from './storage/qemu-user.ts'
import { withMedia } from './storage/read-media.ts'
import { fakePlace, type FakePlace } from './testing/fake-place.ts'
import { qemuImg } from './testing/patterned-disk.ts'
import { sharedKvmTrial } from './testing/shared-kvm-trial.ts'

/*
 * A daemon of this computer, believed to be on another: one whose files lie below another root, seen by another user, and one
 * of which nothing can be seen. Whatever the engine knows of a host has to come from there, or be said not to be known.
 */

const uuid = 'b4d0c7a8-8a55-4a30-9a36-1a2f6c0f5a11'
const emulator = '/usr/bin/qemu-system-x86_64'

describe('a host that is another computer', () => {
  let daemon: RealDaemon
  let libvirt: Connection
  let root: string
  let place: FakePlace
  let there: Host
  let unseen: Host
  let fileUsers: FileUsers
  let disk: string
  let medium: string

  beforeAll(async () => {
    daemon = await startDaemon()
    libvirt = await openConnection(daemon.uri('qemu:///session'))
    root = await mkdtemp(join(tmpdir(), 'place-'))
    disk = join(daemon.dataFolder, 'disk.qcow2')
    medium = join(daemon.dataFolder, 'medium.iso')
    // Here: an image on a base, and a medium. There: at the same path four kilobytes of nothing, and no medium.
    await qemuImg('create', '-q', '-f', 'qcow2', join(daemon.dataFolder, 'base.qcow2'), '1M')
    await qemuImg('create', '-q', '-f', 'qcow2', '-b', 'base.qcow2', '-F', 'qcow2', disk)
    await writeFile(medium, 'here')
    place = fakePlace(root, { programs: { 'apt-get': '', journalctl: '', libvirtd: '' } })
    await place.put(disk, Buffer.alloc(4096))
    await place.put('/etc/passwd', 'ada:x:4242:4242::/home/ada:/bin/sh\n')
    await place.put('/etc/group', 'libvirt:x:77:ada\n')
    await place.put('/proc/cpuinfo', 'model name\t: Another Processor\n')
    await place.put('/proc/meminfo', 'MemTotal: 2048 kB\nMemAvailable: 1024 kB\nSwapTotal: 0 kB\n')
    await place.put('/proc/sys/vm/overcommit_memory', '0\n')
    await place.put('/proc/net/tcp', '  sl  local_address rem_address   st\n   0: 0100007F:170C 00000000:0000 0A\n')
    await place.put(
      '/proc/net/route',
      'Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\nbr7\t0007A8C0\t0\t1\t0\t0\t0\t00FFFFFF\n',
    )
    await place.put('/proc/self/mountinfo', '1 0 8:1 / / rw - ext4 /dev/elsewhere rw\n')
    await place.put('/etc/qemu/bridge.conf', 'allow br7\n')
    await mkdir(join(root, 'sys/class/net/br7/bridge'), { recursive: true })
    const options = { log: pino({ level: 'silent' }), kvmTrial: sharedKvmTrial() }
    const uri = daemon.uri('qemu:///session')
    await libvirt.domainDefineXML(`<domain type='qemu'><name>web</name><uuid>${uuid}</uuid><memory unit='MiB'>64</memory>
      <os><type arch='x86_64' machine='q35'>hvm</type><kernel>${medium}</kernel></os>
      <devices><emulator>${emulator}</emulator>
        <disk type='file' device='disk'><driver name='qemu' type='qcow2'/><source file='${disk}'/><target dev='vda'/></disk>
        <disk type='file' device='cdrom'><source file='${medium}'/><target dev='sda' bus='sata'/></disk>
        <interface type='bridge'><source bridge='lo'/></interface>
        <graphics type='vnc' port='5900' listen='127.0.0.1'/>
        <filesystem><source dir='${daemon.dataFolder}'/><target dir='shared'/></filesystem>
      </devices></domain>`)
    there = new Host({ id: 'there', label: 'There', uri, autospawn: false }, { ...options, ports: place })
    unseen = new Host({ id: 'unseen', label: 'Unseen', uri, autospawn: false }, { ...options, ports: noPorts })
    for (const host of [there, unseen]) host.start()
    await Promise.all([there, unseen].map((host) => host.whenConnected()))
    fileUsers = new FileUsers(new HostRegistry([there, unseen]))
  }, 60_000)
  afterAll(async () => {
    await Promise.all([there.close(), unseen.close()])
    await libvirt.close()
    await daemon.stop()
    await rm(root, { recursive: true })
  }, 60_000)

  const at = (host: Host, work: (files: HostFiles) => unknown) => (host.files === null ? 'unseen' : work(host.files))
  const examined = (host: Host): Promise<Examined> =>
    host.slow((connection) => examine(host, { hostId: host.id, uuid, name: 'web' }, connection))
  const causes = (check: (of: Examined) => unknown) => async (host: Host) =>
    ((await check(await examined(host))) as { id: string }[]).map(({ id }) => id).sort()
  const definition = async () => DomainXml.parse(await (await libvirt.domainLookupByUUID(uuid)).getXMLDesc())
  const failure = async (work: Promise<unknown>) =>
    work.then(
      () => 'done',
      (error: unknown) => (error as { code: string }).code,
    )
  const point = () =>
    DomainSnapshotXml.parse(
      `<domainsnapshot><name>p</name><disks><disk name='vda' snapshot='internal'/></disks></domainsnapshot>`,
    )

  /** What is asked, what is true there, and what is said where nothing can be seen. */
  const rows: readonly (readonly [string, (host: Host) => unknown, unknown, unknown])[] = [
    // Images
    [
      'the header of an image',
      (host) => at(host, async (files) => (await readImageHeader(files, disk))?.format),
      'raw',
      'unseen',
    ],
    [
      'what an image is built on',
      (host) => at(host, (files) => readImageLinks(files, disk)),
      { kind: 'read', paths: [] },
      'unseen',
    ],
    ['the points in an image', (host) => at(host, (files) => readInnerPoints(files, disk)), null, 'unseen'],
    [
      'whether an image stands at a point',
      (host) => at(host, (files) => standsAtPoint(files, disk, 'p')),
      null,
      'unseen',
    ],
    [
      'the images in a folder',
      (host) => at(host, async (files) => (await imagesInFolder(files, dirname(disk))).images.map(({ path }) => path)),
      [join('DATA', 'disk.qcow2')],
      'unseen',
    ],
    [
      'the chain of a disk',
      async (host) =>
        (await host.slow(async (connection) => examineImages(connection, await definition(), host.files))).map(
          ({ chain }) => chain.map(({ presence, header }) => [presence, header?.format]),
        ),
      [[['there', 'raw']], [['missing', undefined]]],
      [[], []],
    ],
    ['a table of points', (host) => new ImageTables(host).of(disk), null, null],
    [
      'which file it is',
      async (host) => (await fileKey(host, disk)).replace(/\d+:\d+$/, 'NUMBERS'),
      'the folder ROOT NUMBERS',
      `unseen:${join('DATA', 'disk.qcow2')}`,
    ],
    ['whether it is the same file later', async (host) => typeof (await fileIdentity(host, disk)), 'string', 'object'],
    [
      'a path without links',
      (host) => canonicalPath(host, `${dirname(disk)}/../${disk.split('/').at(-2) ?? ''}/disk.qcow2`),
      join('DATA', 'disk.qcow2'),
      `${join('DATA')}/../NAME/disk.qcow2`,
    ],
    ['who needs a file', async (host) => (await (await fileUsers.ask({ host, paths: [disk] })).of(disk)).length, 1, 1],
    ['what a placed file is', async (host) => (await placedAt(host, 'p', medium, 'n')).mark, null, null],
    // The doctor
    ['an emulator', causes(checkPlatform), ['emulator-missing'], []],
    ['a kernel', causes(checkBootFiles), ['kernel-missing'], []],
    ['a medium', causes(checkImageFiles), ['medium-missing'], []],
    ['a shared folder', causes(checkDevices), [], []],
    ['firmware', causes(checkFirmware), [], []],
    ['the content of an image', causes(checkImageContents), ['format-wrong'], []],
    ['who holds an image', causes(checkImageUse), [], []],
    ['free memory', causes(checkMemory), ['memory-too-large'], []],
    ['a bridge', causes(checkNetworks), ['bridge-missing'], []],
    ['a port', causes(checkPorts), ['port-taken'], []],
    ['room on a file system', causes(checkRoom), [], []],
    ['refusals of the kernel', causes(checkDenials), [], []],
    // The host
    [
      'the processor',
      async (host) => (await readHost(host.connection(), host.files)).facts.cpuModel === 'Another Processor',
      true,
      false,
    ],
    [
      'what is installed',
      async (host) => pick(await readHostSystem(host)),
      { userName: 'ada', isListedInGroup: true, hasGroup: false, packages: 'apt', hasPkexec: false },
      null,
    ],
    ['a trial of KVM', (host) => canTryKvm(host), false, false],
    ['the start of a daemon', (host) => failure(startSystemDaemon(host)), 'not-permitted', 'unsupported'],
    [
      'who runs QEMU',
      async (host) =>
        (await qemuUserOf(host, CapabilitiesXml.parse(await host.connection().getCapabilities())))?.name ?? null,
      'ada',
      null,
    ],
    [
      'the way to a file',
      async (host) => (await closedWay(host, disk, 'read'))?.repairs.map(({ action }) => action) ?? null,
      [null],
      null,
    ],
    [
      'libvirt’s own folders',
      (host) => daemonFolders(host)?.savedStates ?? null,
      '/home/ada/.config/libvirt/qemu/save',
      null,
    ],
    [
      'the folder of the default pool',
      (host) => defaultPoolFolder(host),
      '/home/ada/.local/share/libvirt/images',
      null,
    ],
    [
      'the links of the network',
      (host) => at(host, async (files) => (await readHostLinks(files)).bridges),
      [{ name: 'br7', cards: [] }],
      'unseen',
    ],
    [
      'bridges that users may use',
      (host) => at(host, async (files) => (await readBridgeHelper(files)).allows('br7')),
      true,
      'unseen',
    ],
    [
      'ports that are taken',
      (host) => at(host, (files) => readListeners(files)),
      [{ address: '127.0.0.1', port: 5900 }],
      'unseen',
    ],
    ['networks that are taken', (host) => at(host, (files) => routedCidrs(files)), ['192.168.7.0/24'], 'unseen'],
    [
      'devices below folders',
      (host) =>
        at(host, async (files) => (await readHardware(files, [dirname(disk)], [])).storage.get(dirname(disk))?.name),
      'elsewhere',
      'unseen',
    ],
    [
      'how full it is',
      async (host) => (await new HostLoadMeter(host).measure(host.connection())).diskAvailableBytes,
      null,
      null,
    ],
    // Acts
    [
      'a missing disk',
      async (host) =>
        host.slow(async (connection) =>
          (
            await readDisks(connection, await connection.domainLookupByUUID(uuid), await definition(), {
              pools: [],
              files: host.files,
            })
          ).map(({ isMissing }) => isMissing),
        ),
      [false, true],
      [false, false],
    ],
    [
      'the deletion of a file',
      async (host) => [
        await failure(host.slow((connection) => deleteFile(host, connection, medium))),
        (await stat(medium)).size,
      ],
      ['done', 4],
      ['unsupported', 4],
    ],
    [
      'a file of this computer where it lies',
      (host) => failure(withMedia(host, { kind: 'file', path: medium, use: 'in-place' }, () => Promise.resolve())),
      'unsupported',
      'unsupported',
    ],
    [
      'an image that is to move',
      async (host) => {
        const media = { kind: 'file', path: join(daemon.dataFolder, 'base.qcow2'), use: 'in-place' } as const
        const found = await findImage(host, media)
        return failure(moveWay({ fileUsers }, host, { media, found, poolUuid: undefined }))
      },
      'unsupported',
      'unsupported',
    ],
    [
      'an image that is used where it lies',
      async (host) => {
        const path = join(daemon.dataFolder, 'base.qcow2')
        const found = await findImage(host, { kind: 'file', path, use: 'in-place' })
        return found.kind === 'here' ? failure(checkInPlace(fileUsers, host, found.image)) : found.kind
      },
      'unsupported',
      'unsupported',
    ],
    [
      'an original that is to go',
      async (host) => [
        (
          await removeOriginal(host, {
            media: { kind: 'file', path: medium, use: 'in-place' },
            path: medium,
            mark: null,
          })
        ).length,
        (await stat(medium)).size,
      ],
      [0, 4],
      [1, 4],
    ],
    [
      'writing to a pool’s folder',
      (host) => mayWriteTo(host, { type: 'dir', path: daemon.dataFolder } as never),
      false,
      false,
    ],
    ['an image that is to be mended', (host) => failure(requireImage(host, uuid, disk)), 'unsupported', 'unsupported'],
    [
      'disks of a restore point',
      async (host) =>
        (await heldAtPoint(host, point(), await definition(), { uses: () => fileUsers.ask({ host, paths: [] }) }))
          .blocked !== null,
      true,
      true,
    ],
    [
      'a bridge that is to be made',
      (host) => failure(makeBridge(host, { kind: 'make-bridge', hostId: host.id, bridgeName: 'br9' })),
      'not-permitted',
      'unsupported',
    ],
    ['whether a file is QEMU’s business', (host) => isForQemu(fileUsers, host, medium, 'read'), true, true],
    [
      'a file of a definition',
      async (host) => (await readHostPicture(fileUsers, host)).fileState(medium),
      'missing',
      'unknown',
    ],
    [
      'what an image reaches',
      async (host) => reachGround(await readHostPicture(fileUsers, host)).outsideOfImage(disk, 'qcow2'),
      [],
      [],
    ],
    ['drivers in folders', (host) => findDriversMedia(host, '/home/ada'), null, null],
    [
      'a screen',
      (host) => failure(new ConsoleTickets(new HostRegistry([host]), host.log).open({ hostId: host.id, uuid })),
      'unsupported',
      'unsupported',
    ],
  ]

  const fixed = (value: unknown): unknown =>
    JSON.parse(
      JSON.stringify(value ?? null)
        .replaceAll(daemon.dataFolder, 'DATA')
        .replaceAll(root, 'ROOT')
        .replaceAll(`/../${daemon.dataFolder.split('/').at(-1) ?? ''}/`, '/../NAME/'),
    )
  const told = (value: unknown): unknown => JSON.parse(JSON.stringify(value ?? null))

  it.each(rows)('is asked for %s, not this one', async (_, look, expected) => {
    expect(fixed(await look(there))).toEqual(told(expected))
  })

  it.each(rows)('of which nothing can be seen says nothing of %s', async (_, look, __, expected) => {
    expect(fixed(await look(unseen))).toEqual(told(expected))
  })

  it('had nothing run on this computer', () => {
    expect(place.ran.every(([program]) => program === 'journalctl' || program === 'getfacl')).toBe(true)
  })
})

function pick(system: Awaited<ReturnType<typeof readHostSystem>>) {
  if (system === null) return null
  const { userName, isListedInGroup, hasGroup, packages, hasPkexec } = system
  return { userName, isListedInGroup, hasGroup, packages, hasPkexec }
}
