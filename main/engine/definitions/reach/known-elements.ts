/*
 * What of libvirt's language stays inside of a machine (https://libvirt.org/formatdomain.html): one element a line, by its
 * path below <domain>, with the attributes that it may have. `name=a|b` allows these values only, `*` any attribute, and a
 * path that ends in `/**` allows whatever stands below it. Elements that can reach out are not here but in
 * reaching-elements.ts; what is in neither list is told as unknown.
 */
const table = `
/ type id
name
uuid
genid
title
description
maxMemory slots unit
memory unit dumpCore
currentMemory unit
memoryBacking
memoryBacking/hugepages
memoryBacking/hugepages/page size unit nodeset
memoryBacking/nosharepages
memoryBacking/source type=anonymous|memfd
memoryBacking/access mode
memoryBacking/allocation mode threads
memoryBacking/discard
vcpu placement cpuset current
vcpus
vcpus/vcpu id enabled hotpluggable order
iothreads
iothreadids
iothreadids/iothread id thread_pool_min thread_pool_max
cputune/**
numatune/**
sysinfo type=smbios|fwcfg
sysinfo/bios/**
sysinfo/system/**
sysinfo/baseBoard/**
sysinfo/chassis/**
sysinfo/oemStrings/**
os firmware
os/type arch machine
os/firmware
os/firmware/feature enabled name
os/boot dev
os/bootmenu enable timeout
os/bios useserial rebootTimeout
os/smbios mode=emulate|sysinfo
os/cmdline
os/acpi
features/**
cpu/**
clock/**
pm/**
on_poweroff
on_reboot
on_lockfailure
devices
devices/disk device=disk|cdrom|floppy type snapshot model sgio=filtered rawio=no
devices/disk/driver *
devices/disk/driver/metadata_cache/**
devices/disk/driver/iothreads/**
devices/disk/target bus dev removable rotation_rate tray
devices/disk/iotune/**
devices/disk/geometry cyls heads secs trans
devices/disk/blockio logical_block_size physical_block_size discard_granularity
devices/disk/readonly
devices/disk/shareable
devices/disk/transient shareBacking
devices/disk/serial
devices/disk/wwn
devices/disk/vendor
devices/disk/product
devices/controller/**
devices/interface type trustGuestRxFilters
devices/interface/mac address type check
devices/interface/model type
devices/interface/driver *
devices/interface/driver/host *
devices/interface/driver/guest *
devices/interface/link state
devices/interface/mtu size
devices/interface/bandwidth/**
devices/interface/filterref filter
devices/interface/filterref/parameter name value
devices/interface/target dev
devices/interface/vlan/**
devices/interface/virtualport/**
devices/interface/port isolated
devices/interface/coalesce/**
devices/interface/tune/**
devices/interface/teaming type persistent
devices/interface/ip address family prefix
devices/interface/route *
devices/serial type
devices/serial/target port type
devices/serial/target/model name
devices/serial/protocol type
devices/parallel type
devices/parallel/target port type
devices/console type tty
devices/console/target port type
devices/channel type
devices/channel/target address name port state type
devices/input type bus model
devices/input/driver *
devices/graphics type
devices/graphics/clipboard copypaste
devices/graphics/mouse mode
devices/graphics/filetransfer enable
devices/graphics/streaming mode
devices/graphics/image compression
devices/graphics/jpeg compression
devices/graphics/zlib compression
devices/graphics/playback compression
devices/graphics/channel name mode
devices/graphics/gl enable=no rendernode
devices/video
devices/video/model type=vga|cirrus|vmvga|xen|vbox|qxl|virtio|gop|bochs|ramfb|none|default heads primary ram vgamem vram vram64 blob edid
devices/video/model/acceleration accel2d accel3d=no
devices/video/model/resolution x y
devices/video/driver name=qemu iommu ats packed page_per_vq
devices/sound model multichannel
devices/sound/codec type
devices/sound/audio id
devices/sound/driver *
devices/audio type id
devices/audio/input/**
devices/audio/output/**
devices/redirdev type bus
devices/redirfilter/**
devices/hub type
devices/memballoon model autodeflate freePageReporting
devices/memballoon/stats period
devices/memballoon/driver *
devices/rng model
devices/rng/rate bytes period
devices/rng/driver *
devices/tpm model
devices/watchdog model action=reset|shutdown|poweroff|pause|none|inject-nmi
devices/panic model
devices/iommu model
devices/iommu/driver *
devices/memory model=dimm access discard
devices/memory/source
devices/memory/source/pagesize unit
devices/memory/source/nodemask
devices/memory/target
devices/memory/target/size unit
devices/memory/target/node
devices/smartcard mode=passthrough type=spicevmc
devices/crypto model=virtio type=qemu
devices/crypto/backend model=builtin queues
`

/** What every device may have: its place on the guest's buses. */
const ofEveryDevice = ['address *', 'alias name', 'boot order loadparm', 'acpi index', 'rom bar enabled']

export interface KnownElement {
  /** Null: any. By name, the values that are allowed; null: any. */
  readonly attributes: ReadonlyMap<string, ReadonlySet<string> | null> | null
  readonly allBelow: boolean
}

const lines = table.trim().split('\n')
const devices = new Set(lines.flatMap((line) => /^devices\/(\w+)/.exec(line)?.[1] ?? []))
const known = new Map<string, KnownElement>()
for (const line of [
  ...lines,
  ...[...devices].flatMap((name) => ofEveryDevice.map((each) => `devices/${name}/${each}`)),
]) {
  const [path = '', ...words] = line.split(' ')
  known.set(path.replace(/\/\*\*$/, ''), {
    attributes: words.includes('*') || path.endsWith('/**') ? null : new Map(words.map(attributeOf)),
    allBelow: path.endsWith('/**'),
  })
}

function attributeOf(word: string): [string, ReadonlySet<string> | null] {
  const [name = '', values] = word.split('=')
  return [name, values === undefined ? null : new Set(values.split('|'))]
}

/** @param path names below <domain>, '/' for itself */
export const knownElement = (path: string): KnownElement | null => known.get(path) ?? null

/** The attributes that are not known to stay inside. */
export function unknownAttributes({ attributes: allowed }: KnownElement, element: AttributesOf): string[] {
  if (allowed === null) return []
  return element.attributes
    .map(({ name }) => name)
    .filter((name) => {
      if (name === 'xmlns' || name.startsWith('xmlns:')) return false
      const values = allowed.get(name)
      return values === undefined || (values !== null && !values.has(element.getAttribute(name) ?? ''))
    })
}

interface AttributesOf {
  readonly attributes: readonly { readonly name: string }[]
  getAttribute(name: string): string | null
}
