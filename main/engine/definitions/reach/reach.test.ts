import { unkeyed } from '@strata/contract/words/said.ts'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import { DomainXml } from 'node-libvirt/xml'
import { describe, expect, it } from 'vitest'

import { mostReaches, readReach, type Reach } from './reach.ts'
import type { ReachGround } from './outside.ts'

const corpus = join(import.meta.dirname, '../../../../node-libvirt/src/xml/corpus')

/** Files below /pool are the machine's own; of images nothing is known. */
const ground: ReachGround = {
  isOwnFile: (path, use) =>
    Promise.resolve(path.startsWith('/pool/') || (use === 'read' && path.startsWith('/usr/share/'))),
  volumePath: (pool, volume) => Promise.resolve(pool === 'default' ? `/pool/${volume}` : null),
  outsideOfImage: (path) =>
    Promise.resolve(
      path.includes('overlay') ? [{ kind: 'reads', what: unkeyed('has an image that names /etc/shadow') }] : [],
    ),
}

const reachOf = (xml: string) => readReach(DomainXml.parse(xml), xml, ground)
const machine = (devices: string, more = '', root = '') => `<domain type='kvm'${root}>
  <name>m</name>
  <memory unit='MiB'>64</memory>
  <os><type arch='x86_64' machine='q35'>hvm</type></os>${more}
  <devices>
    ${devices}
  </devices>
</domain>`
const disk = (source: string, more = '', attributes = "type='file' device='disk'") =>
  `<disk ${attributes}><driver name='qemu' type='qcow2'/>${source}<target dev='vda' bus='virtio'/>${more}</disk>`
const qemu = " xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'"

type Attack = [what: string, xml: string, kind: Reach['kind'], words: RegExp]

const attacks: Attack[] = [
  // reading
  [
    'a CD of any file',
    machine(disk("<source file='/etc/shadow'/>", '', "type='file' device='cdrom'")),
    'reads',
    /read \/etc\/shadow/,
  ],
  ['a read-only disk', machine(disk("<source file='/etc/shadow'/>", '<readonly/>')), 'reads', /read \/etc\/shadow/],
  ['a shareable disk', machine(disk("<source file='/srv/x'/>", '<shareable/>')), 'writes', /write to \/srv\/x/],
  ['a disk in the home folder', machine(disk("<source file='/home/ada/.ssh/id_ed25519'/>")), 'writes', /id_ed25519/],
  [
    'a disk of this computer',
    machine(disk("<source dev='/dev/vda'/>", '<readonly/>', "type='block' device='disk'")),
    'reads',
    /\/dev\/vda/,
  ],
  [
    'a folder as a disk',
    machine(disk("<source dir='/home/ada'/>", '', "type='dir' device='disk'")),
    'writes',
    /\/home\/ada/,
  ],
  ['a kernel', machine('', '').replace('<type', '<kernel>/etc/shadow</kernel><type'), 'reads', /shadow/],
  ['an initrd', machine('').replace('<type', '<initrd>/etc/shadow</initrd><type'), 'reads', /shadow/],
  ['a device tree', machine('').replace('<type', '<dtb>/etc/shadow</dtb><type'), 'reads', /shadow/],
  ['a loader', machine('').replace('<type', "<loader type='rom'>/etc/shadow</loader><type"), 'reads', /shadow/],
  ['a template of variables', machine('').replace('<type', "<nvram template='/etc/shadow'/><type"), 'reads', /shadow/],
  [
    'an ACPI table',
    machine('').replace('<type', "<acpi><table type='slic'>/etc/shadow</table></acpi><type"),
    'reads',
    /shadow/,
  ],
  [
    'a firmware configuration file',
    machine('', "<sysinfo type='fwcfg'><entry name='opt/x' file='/etc/shadow'/></sysinfo>"),
    'reads',
    /shadow/,
  ],
  [
    'a data store',
    machine(
      disk(
        "<source file='/pool/a'><dataStore type='file'><format type='raw'/><source file='/etc/shadow'/></dataStore></source>",
      ),
    ),
    'writes',
    /shadow/,
  ],
  [
    'an image below',
    machine(
      disk(
        "<source file='/pool/a'/><backingStore type='file'><format type='raw'/><source file='/etc/shadow'/></backingStore>",
      ),
    ),
    'reads',
    /shadow/,
  ],
  [
    'an image two below',
    machine(
      disk(
        "<source file='/pool/a'/><backingStore type='file'><source file='/pool/b'/><backingStore type='file'><source file='/etc/shadow'/></backingStore></backingStore>",
      ),
    ),
    'reads',
    /shadow/,
  ],
  [
    'an image whose header names a file',
    machine(disk("<source file='/pool/overlay'/>")),
    'reads',
    /names \/etc\/shadow/,
  ],
  [
    'a volume of another pool',
    machine(disk("<source pool='secrets' volume='v'/>", '', "type='volume' device='disk'")),
    'writes',
    /secrets/,
  ],
  [
    'a volume whose header names a file',
    machine(disk("<source pool='default' volume='overlay'/>", '', "type='volume' device='disk'")),
    'reads',
    /names \/etc\/shadow/,
  ],
  [
    'the agent’s socket of another machine',
    machine(
      "<channel type='unix'><source mode='connect' path='/var/lib/libvirt/qemu/channel/target/domain-1-x/org.qemu.guest_agent.0'/></channel>",
    ),
    'network',
    /talks to the socket/,
  ],
  [
    'a memory device of a file',
    machine("<memory model='nvdimm'><source><path>/etc/shadow</path></source></memory>"),
    'unknown',
    /nvdimm|path/,
  ],
  ['a card’s ROM', machine("<interface type='user'><rom file='/etc/shadow'/></interface>"), 'reads', /shadow/],
  [
    'random numbers from a file',
    machine("<rng model='virtio'><backend model='random'>/etc/shadow</backend></rng>"),
    'reads',
    /shadow/,
  ],
  // writing and running
  [
    'a serial port into a file',
    machine("<serial type='file'><source path='/home/ada/.profile' append='on'/></serial>"),
    'writes',
    /\.profile/,
  ],
  [
    'a parallel port into a file',
    machine("<parallel type='file'><source path='/home/ada/.profile'/></parallel>"),
    'writes',
    /\.profile/,
  ],
  ['a channel into a pipe', machine("<channel type='pipe'><source path='/run/x'/></channel>"), 'writes', /\/run\/x/],
  [
    'a log',
    machine("<console type='pty'><log file='/home/ada/.profile' append='on'/></console>"),
    'writes',
    /\.profile/,
  ],
  ['a sound file', machine("<audio id='1' type='file' path='/home/ada/.profile'/>"), 'writes', /\.profile/],
  [
    'a serial port of this computer',
    machine("<serial type='dev'><source path='/dev/ttyS0'/></serial>"),
    'device',
    /ttyS0/,
  ],
  [
    'a script of a card',
    machine("<interface type='ethernet'><script path='/tmp/evil'/></interface>"),
    'runs',
    /\/tmp\/evil/,
  ],
  [
    'a script at its end',
    machine("<interface type='bridge'><source bridge='br0'/><downscript path='/tmp/evil'/></interface>"),
    'runs',
    /evil/,
  ],
  [
    'a program for a folder',
    machine(
      "<filesystem type='mount'><driver type='virtiofs'/><binary path='/tmp/evil'/><source dir='/srv'/><target dir='x'/></filesystem>",
    ),
    'runs',
    /evil/,
  ],
  ['another emulator', machine('<emulator>/tmp/evil</emulator>'), 'runs', /evil/],
  ['variables anywhere', machine('').replace('<type', '<nvram>/home/ada/.profile</nvram><type'), 'writes', /\.profile/],
  [
    'variables in a source',
    machine('').replace('<type', "<nvram type='file'><source file='/home/ada/.profile'/></nvram><type"),
    'writes',
    /\.profile/,
  ],
  [
    'a socket that is made',
    machine("<channel type='unix'><source mode='bind' path='/home/ada/x'/></channel>"),
    'network',
    /makes the socket \/home\/ada\/x/,
  ],
  [
    'a socket that is asked',
    machine("<serial type='unix'><source mode='connect' path='/run/docker.sock'/></serial>"),
    'network',
    /docker/,
  ],
  [
    'a mirror',
    machine(disk("<source file='/pool/a'/><mirror type='file' job='copy'><source file='/srv/out'/></mirror>")),
    'writes',
    /\/srv\/out/,
  ],
  ['memory dumped at a crash', machine('', '<on_crash>coredump-destroy</on_crash>'), 'writes', /memory/],
  [
    'a TPM’s state anywhere',
    machine("<tpm model='tpm-crb'><backend type='emulator'><source type='dir' path='/home/ada'/></backend></tpm>"),
    'writes',
    /\/home\/ada/,
  ],
  // sharing
  [
    'the folder /',
    machine("<filesystem type='mount'><source dir='/'/><target dir='x'/></filesystem>"),
    'writes',
    /the folder \/ of/,
  ],
  [
    'an input device',
    machine("<input type='passthrough' bus='virtio'><source evdev='/dev/input/event1'/></input>"),
    'device',
    /typed/,
  ],
  ['an evdev input', machine("<input type='evdev'><source dev='/dev/input/event1'/></input>"), 'device', /typed/],
  [
    'a USB device',
    machine("<hostdev mode='subsystem' type='usb'><source><vendor id='0x1'/><product id='0x2'/></source></hostdev>"),
    'device',
    /usb/,
  ],
  [
    'a SCSI device',
    machine("<hostdev mode='subsystem' type='scsi'><source><adapter name='scsi_host0'/></source></hostdev>"),
    'device',
    /scsi/,
  ],
  [
    'a device by its file',
    machine("<hostdev mode='capabilities' type='misc'><source><char>/dev/mem</char></source></hostdev>"),
    'device',
    /misc/,
  ],
  [
    'an NVMe disk',
    machine(disk("<source type='pci' namespace='1'/>", '', "type='nvme' device='disk'")),
    'device',
    /nvme/,
  ],
  ['a LUN', machine(disk("<source dev='/pool/x'/>", '', "type='block' device='lun'")), 'unknown', /lun/],
  [
    'a TPM of this computer',
    machine("<tpm model='tpm-tis'><backend type='passthrough'><device path='/dev/tpm0'/></backend></tpm>"),
    'device',
    /TPM/,
  ],
  [
    'certificates of this computer',
    machine("<smartcard mode='host-certificates'><certificate>x</certificate></smartcard>"),
    'unknown',
    /smartcard/,
  ],
  ['shared memory', machine("<shmem name='x'><model type='ivshmem-plain'/></shmem>"), 'device', /memory/],
  [
    'a network card of this computer',
    machine("<interface type='hostdev'><source/></interface>"),
    'device',
    /network card/,
  ],
  ['the microphone', machine("<audio id='1' type='pulseaudio'/>"), 'device', /sound/],
  // exposing
  [
    'a screen on all addresses',
    machine("<graphics type='vnc' listen='0.0.0.0'/>"),
    'network',
    /all addresses of this computer without a password/,
  ],
  [
    'a screen on all addresses, in an element',
    machine("<graphics type='vnc'><listen type='address' address='0.0.0.0'/></graphics>"),
    'network',
    /all addresses/,
  ],
  [
    'a screen in a network',
    machine("<graphics type='vnc'><listen type='network' network='lan'/></graphics>"),
    'network',
    /lan/,
  ],
  [
    'a serial port on all addresses',
    machine("<serial type='tcp'><source mode='bind' host='0.0.0.0' service='4'/></serial>"),
    'network',
    /listens on 0\.0\.0\.0:4/,
  ],
  [
    'a network disk',
    machine(
      disk("<source protocol='nbd' name='x'><host name='10.0.0.1'/></source>", '', "type='network' device='disk'"),
    ),
    'network',
    /nbd/,
  ],
  [
    'a forwarded port',
    machine(
      "<interface type='user'><backend type='passt'/><portForward proto='tcp'><range start='22'/></portForward></interface>",
    ),
    'unknown',
    /portForward/,
  ],
  [
    'passt’s log',
    machine("<interface type='user'><backend type='passt' logFile='/home/ada/.profile'/></interface>"),
    'writes',
    /\.profile/,
  ],
  // loosening
  ['no security label', machine('', "<seclabel type='none'/>"), 'confinement', /shield/],
  [
    'a label of its own',
    machine('', "<seclabel type='static' model='dac'><label>+0:+0</label></seclabel>"),
    'confinement',
    /label/,
  ],
  [
    'no relabelling of a disk',
    machine(disk("<source file='/pool/a'><seclabel model='dac' relabel='no'/></source>")),
    'unknown',
    /seclabel/,
  ],
  [
    'arguments of its own',
    machine('', "<qemu:commandline><qemu:arg value='-x'/></qemu:commandline>", qemu),
    'arguments',
    /arguments/,
  ],
  [
    'arguments under another prefix',
    machine('', "<q:override><q:device alias='x'/></q:override>", qemu.replace('xmlns:qemu', 'xmlns:q')),
    'arguments',
    /arguments/,
  ],
  // what nobody knows yet
  ['an element of later times', machine("<teleporter path='/'/>"), 'unknown', /teleporter/],
  ['an attribute of later times', machine("<memballoon model='virtio' dump='/x'/>"), 'unknown', /dump/],
  [
    'unfiltered SCSI',
    machine(disk("<source file='/pool/a'/>", '', "type='file' device='disk' sgio='unfiltered'")),
    'unknown',
    /sgio/,
  ],
]

describe('a definition', () => {
  it.each(attacks)('with %s is told to reach out of the machine', async (_what, xml, kind, words) => {
    const found = await reachOf(xml)
    expect(found.map((each) => ({ kind: each.kind, sentence: each.sentence.english }))).toContainEqual({
      kind,
      sentence: expect.stringMatching(words) as string,
    })
    // Nothing else of it: the machine around is an ordinary one.
    expect(found.length).toBeLessThanOrEqual(3)
  })

  it('tells the line, and how it is written', async () => {
    const xml = machine("<serial type='file'>\n      <source path='/home/ada/.profile' append='on'/>\n    </serial>")
    expect(await reachOf(xml)).toMatchObject([
      {
        line: 7,
        text: "<source path='/home/ada/.profile' append='on'>",
        sentence: 'The machine may write to /home/ada/.profile on this computer.',
      },
    ])
  })

  it('keeps what a tick is for as long as the device is the same, and not a letter longer', async () => {
    const idOf = async (xml: string) => (await reachOf(xml)).map(({ id }) => id)
    const serial = (path: string, more = '') => `<serial type='file'><source path='${path}'/>${more}</serial>`
    const before = await idOf(machine(serial('/a')))
    expect(before).toHaveLength(1)
    const elsewhere = machine(
      `<input type='mouse' bus='usb'/>\n\n${serial('/a', "<address type='isa' iobase='0x3f8'/><alias name='x'/>")}`,
    )
    expect(await idOf(elsewhere)).toEqual(before)
    expect(await idOf(machine(serial('/b')))).not.toEqual(before)
    expect(await idOf(machine(serial('/a', "<target port='1'/>")))).not.toEqual(before)
    expect(await idOf(machine(serial('/a').replaceAll('serial', 'parallel')))).not.toEqual(before)
  })

  it('with more such lines than anybody looks through is told by one more than the most', async () => {
    const many = Array.from({ length: 1000 }, (_, index) => `<x a='${index}'/>`).join('')
    expect(await reachOf(machine(many))).toHaveLength(mostReaches + 1)
  })
})

describe('an ordinary definition', () => {
  const ordinary = ['domain-guest.xml', 'domain-guest-migratable.xml', 'domain-windows.xml']
  it.each(ordinary)('such as %s reaches nothing', async (name) => {
    const xml = readFileSync(join(corpus, 'qemu', name), 'utf8').replaceAll(
      /\/(?:home\/user|srv\/machines|srv)\//g,
      '/pool/',
    )
    expect(await reachOf(xml)).toEqual([])
  })

  it('of virt-manager reaches nothing', async () => {
    const xml = machine(
      `<emulator>/usr/bin/qemu-system-x86_64</emulator>
    ${disk("<source file='/pool/web.qcow2'/>")}
    <disk type='file' device='cdrom'><driver name='qemu' type='raw'/><target dev='sda' bus='sata'/><readonly/></disk>
    <interface type='network'><mac address='52:54:00:00:00:01'/><source network='default'/><model type='virtio'/></interface>
    <channel type='unix'><target type='virtio' name='org.qemu.guest_agent.0'/></channel>
    <channel type='spicevmc'><target type='virtio' name='com.redhat.spice.0'/></channel>
    <graphics type='spice' autoport='yes'><listen type='address'/><image compression='off'/></graphics>
    <sound model='ich9'/><audio id='1' type='spice'/>
    <video><model type='qxl' ram='65536' vram='65536' vgamem='16384' heads='1' primary='yes'/></video>
    <redirdev bus='usb' type='spicevmc'/><watchdog model='itco' action='reset'/><memballoon model='virtio'/>
    <rng model='virtio'><backend model='random'>/dev/urandom</backend></rng>
    <tpm model='tpm-crb'><backend type='emulator' version='2.0'/></tpm>`,
      `<metadata><libosinfo:libosinfo xmlns:libosinfo="http://libosinfo.org/xmlns/libvirt/domain/1.0"><libosinfo:os id="http://debian.org/debian/12"/></libosinfo:libosinfo></metadata>
  <features><acpi/><apic/><hyperv mode='custom'><relaxed state='on'/></hyperv></features>
  <cpu mode='host-passthrough' check='none' migratable='on'/><clock offset='utc'><timer name='rtc' tickpolicy='catchup'/></clock>
  <on_crash>destroy</on_crash><pm><suspend-to-mem enabled='no'/></pm><seclabel type='dynamic' model='dac' relabel='yes'/>`,
    )
    expect(await reachOf(xml)).toEqual([])
  })

  it('of the whole collection never fails to be looked at', async () => {
    for (const folder of ['qemu', 'written', 'hard', 'test-driver'])
      for (const name of readdirSync(join(corpus, folder)).filter((each) => each.startsWith('domain-')))
        await reachOf(readFileSync(join(corpus, folder, name), 'utf8'))
  })
})
