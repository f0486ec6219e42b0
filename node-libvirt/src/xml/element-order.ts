/**
 * The order in which libvirt itself writes children. Its parser does not care, but a reader does, and so does its schema
 * for a few elements. What is not named here goes last.
 */
const ORDER: Readonly<Record<string, readonly string[]>> = {
  domain: (
    'name uuid genid title description metadata maxMemory memory currentMemory blkiotune memtune memoryBacking vcpu vcpus iothreads iothreadids ' +
    'cputune numatune resource sysinfo bootloader bootloader_args os idmap features cpu clock on_poweroff on_reboot on_crash pm perf ' +
    'devices seclabel keywrap launchSecurity'
  ).split(' '),
  os: 'type firmware loader nvram kernel initrd cmdline dtb boot bootmenu smbios bios'.split(' '),
  features: 'acpi apic pae hap viridian hyperv kvm pvspinlock pmu vmport gic smm'.split(' '),
  cpu: 'model vendor topology cache maxphysaddr feature numa'.split(' '),
  devices: (
    'emulator disk controller lease filesystem interface smartcard serial parallel console channel input tpm graphics sound audio video ' +
    'hostdev redirdev redirfilter hub watchdog memballoon rng nvram panic shmem memory iommu vsock'
  ).split(' '),
  disk: (
    'driver auth source backingStore backenddomain geometry blockio mirror target iotune readonly shareable transient serial wwn vendor product ' +
    'encryption boot alias address'
  ).split(' '),
  source: 'host auth address'.split(' '),
  interface:
    'mac source vlan virtualport ip route script backenddomain target guest model driver backend filterref bandwidth link mtu boot coalesce alias address'.split(
      ' ',
    ),
  graphics: 'listen channel image jpeg zlib playback streaming clipboard mouse filetransfer gl'.split(' '),
  video: 'driver model alias address'.split(' '),
  channel: 'source protocol target log alias address'.split(' '),
  console: 'source protocol target log alias address'.split(' '),
  serial: 'source protocol target log alias address'.split(' '),
  controller: 'driver model target master alias address'.split(' '),
  rng: 'rate backend driver alias address'.split(' '),
  memballoon: 'stats driver alias address'.split(' '),
  tpm: 'backend alias address'.split(' '),
  filesystem: 'driver binary source target readonly boot alias address'.split(' '),
  hostdev: 'driver source teaming boot rom alias address'.split(' '),
  network:
    'name uuid title description metadata forward bridge mtu mac domain dns vlan bandwidth ip route portgroup virtualport'.split(
      ' ',
    ),
  ip: 'tftp dhcp'.split(' '),
  dhcp: 'range host bootp'.split(' '),
  pool: 'name uuid capacity allocation available features source target'.split(' '),
  volume: 'name key source capacity allocation physical target backingStore'.split(' '),
  target: 'path format permissions timestamps encryption compat features'.split(' '),
  permissions: 'mode owner group label'.split(' '),
  domainsnapshot: 'name description state parent creationTime memory disks domain inactiveDomain active'.split(' '),
  domaincheckpoint: 'name description parent creationTime disks domain'.split(' '),
}

/** Where an element called `name` stands among the children of `parentName`; Infinity when nothing is known. */
export function childRank(parentName: string, name: string): number {
  const rank = ORDER[parentName]?.indexOf(name) ?? -1
  return rank < 0 ? Number.POSITIVE_INFINITY : rank
}
