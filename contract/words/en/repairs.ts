export const repairs = {
  doesNotUsePort: 'It does not use port {port} any more. Have it checked again.',
  noFreePortCould: 'No free port could be found on this computer.',
  daemonYourOwnCannot: 'A daemon of your own cannot make networks; only the system’s can.',
  defaultNetworkCouldNot: 'The default network could not be made.',
  allPrivateAddressesNat: 'All the private addresses that a NAT network could have are in use here.',
  noEmulatorNames: '{path} is no emulator that {host} names.',
  noDrive: '“{name}” has no drive {targetDev}.',
  programSetfaclNotInstalled: '{sentence} The program setfacl is not installed (package acl).',
  fileSystemMayNot: '{sentence} Its file system may not keep lists of rights, or it is not yours.',
  nothingCanInstalledHere: 'Nothing can be installed on {host} from here.',
  couldNotInstalled: '{packages:list} could not be installed.',
  strataCanInstallPackages: 'Strata can install packages by itself only with apt.',
  onlyAdministratorCanInstall: 'Only an administrator can install packages, and nothing here can ask for one.',
  madeItself: '{failed} It has to be made on {host} itself.',
  onlyAdministratorCanDo: '{failed} Only an administrator can do this.',
  networkCardComputer: '{failed} {bridgeName} is a network card of this computer.',
  storagePoolCouldNot: 'The storage pool “{name}” could not be started.',
  networkCouldNotStarted: 'The network “{name}” could not be started.',
  letQemuIn: { by: 'right', pass: 'Let QEMU through', read: 'Let QEMU read it', 'read-write': 'Let QEMU use it' },
  letUserIn: {
    by: 'right',
    pass: 'Lets {user}, who runs the machine, pass through {path}, without seeing what else is in it. Nothing else is opened. `{undo}` takes it back.',
    read: 'Lets {user}, who runs the machine, read {path}. Nothing else is opened. `{undo}` takes it back.',
    'read-write':
      'Lets {user}, who runs the machine, read and write {path}. Nothing else is opened. `{undo}` takes it back.',
  },
  useOnePool: 'Use the one in pool “{poolName}”',
  diskUsesFileSame:
    'Disk {targetDev} of “{machine}” uses {path}, a file of the same name, instead of {fromPath}. No file is touched; the old path can be set again in the definition.',
  startWithoutDisk: 'Start without disk {targetDev}',
  takesDiskOutFile:
    'Takes disk {targetDev} ({source}) out of “{machine}”. The file, where there is one, is kept, and can be added again as a disk.',
  readItAs: 'Read it as {format}',
  definitionCallsWhatContent:
    'The definition of “{machine}” calls {path} {format}, which is what its content is. No file is touched; the old word can be set again in the definition.',
  copyIntoPool: 'Copy into pool “{pool}”',
  copiesIntoStoragePool:
    'Copies {path} into the storage pool “{pool}”, which QEMU can read, and uses the copy. The original stays as it is.',
  recordFormat: 'Record the format {backingFormat}',
  writesIntoBuiltFile:
    'Writes into {path} that it is built on {backingPath}, a file of the same name. No data is touched; the same command with the old path takes it back.',
  writesIntoBelowWhat:
    'Writes into {path} that {backingPath} below it is {backingFormat}, which is what its content is. No data is touched.',
  mendImage: 'Mend the image',
  copiesFileBesideFirst:
    'Copies {path} to a file beside it first, then lets qemu-img mend it. What was damaged may be lost; the copy is kept for taking it back.',
  useUserModeNetwork: 'Use the user-mode network',
  useNetwork: 'Use network “{networkName}”',
  plugsNetworkCardInto:
    'Plugs network card {macAddress} into QEMU’s own network: the guest reaches out, nobody reaches in. The definition can be set back.',
  plugsNetworkCardIntoGuest:
    'Plugs network card {macAddress} into “{networkName}”. The guest gets another address there. The definition can be set back.',
  giveAddressOwn: 'Give it an address of its own',
  replacesNewHardwareAddress:
    'Replaces {macAddress} of “{machine}” by a new hardware address. The guest may see a new network card; the old address can be set again.',
  giveIt: 'Give it {memory:bytes}',
  getsMemoryInsteadCan:
    '“{machine}” gets {memory:bytes} of memory instead of {before:bytes}. It can be set back at any time.',
  giveProcessors: 'Give it {vcpuCount:count} processors',
  getsProcessorsInsteadLayout:
    '“{machine}” gets {vcpuCount:count} processors instead of {now:count}; a layout of sockets and cores that does not fit is dropped. It can be set back.',
  useWhatHost: 'Use what this host has',
  useAllEmulationCan: 'Use all that emulation can',
  processorBecomesInsteadSystem:
    'The processor of “{machine}” becomes {mode} instead of {now}. Its system may notice another processor. It can be set back.',
  runEmulation: 'Run it by emulation',
  runsWithoutKvmWorks:
    '“{machine}” runs without KVM: it works, but every instruction is translated, ten to a hundred times slower. It can be set back when KVM is there.',
  use: 'Use {machineType}',
  boardBecomesNewestFamily:
    'The board of “{machine}” becomes {machineType}, the newest of its family here, instead of {now}. Its system may find some devices anew. It can be set back.',
  use2: 'Use {path}',
  runsInsteadCanSet: '“{machine}” runs with {path} instead of {now}. It can be set back.',
  useFirmwareInstalled: 'Use the firmware that is installed',
  letsLibvirtChooseAmong:
    'Lets libvirt choose among the UEFI firmware of this host for “{machine}”. Its own boot settings are kept where their file is still there. The old paths can be set again.',
  bootDisk: 'Boot from its disk',
  noLongerStartsKernel:
    '“{machine}” no longer starts the kernel {kernelPath} itself, but what its disk or drive holds. The paths can be set again.',
  useFreePort: 'Use a free port',
  serialPortListensPort:
    'The serial port of “{machine}” listens on a port that is free now instead of {port}. It can be set back.',
  libvirtChoosesFreePort:
    'libvirt chooses a free port for the screen of “{machine}” at each start, instead of {port}. It can be set back.',
  startWithout: 'Start without it',
  takesOutCanAdded: 'Takes {words} out of “{machine}”. It can be added again when it is there.',
  startWithoutSharedFolder: 'Start without the shared folder',
  noLongerGetsFolder: '“{machine}” no longer gets the folder that it mounts as {targetTag}. It can be added again.',
  startWithoutTpm: 'Start without the TPM',
  takesTpmOutSystem:
    'Takes the TPM out of “{machine}”. A system that locked its disk with it asks for the recovery key. What the TPM held is kept for when it is added again.',
  startAfresh: 'Start afresh',
  setsSavedStateAside:
    'Sets the saved state of “{machine}” aside as a file beside it and starts its system anew. What was not on its disks is not there then.',
  throwsSavedStateAway:
    'Throws the saved state of “{machine}” away and starts its system anew. What was not on its disks is lost.',
  startNetwork: 'Start network “{network}”',
  startsNetworkNowEach: 'Starts the network now and each time the host starts.',
  makeDefaultNetwork: 'Make the default network',
  definesNatNetworkDefault:
    'Defines a NAT network “default” with addresses that nothing else here uses, starts it, and sets it to start with the host. `virsh net-undefine default` takes it back.',
  startPool: 'Start pool “{pool}”',
  startsStoragePoolNow: 'Starts the storage pool now and each time the host starts.',
  makeDefaultPool: 'Make the default pool',
  makesStoragePoolStarts: 'Makes a storage pool in {folder}, starts it, and sets it to start with the host.',
  forceOff: 'Force off',
  cutsPowerWhatSystem: 'Cuts the power of “{machine}”. What its system has not written to its disks is lost.',
  ejectMissingMedium: 'Eject the missing medium',
  leavesDriveEmpty: 'Leaves drive {targetDev} of “{machine}” empty.',
  install: 'Install {names:list}',
  installsSystemsOwnPackage: 'Installs {names:list} from the system’s own package archive.',
  installsSystemsOwnPackageArchive:
    'Installs {names:list} from the system’s own package archive. It asks for an administrator’s password.',
  makeBridge: 'Make bridge {bridgeName}',
  makesEmptyBridgeLasts:
    'Makes an empty bridge, which lasts until the host restarts. Machines on it reach each other; to reach the LAN, an administrator must join a network card to it, which cannot be a Wi-Fi card. `ip link delete` takes it back.',
  userMachinesSystemRun: '{user}, the user that machines of the system run as',
  userMachinesHereRun: '{user}, the user that machines here run as',
  folderClosed: 'The folder {path} is closed to {user}.',
  fileMayNotRead: 'The file may not be read by {user}.',
  fileMayNotWritten: 'The file may not be written by {user}.',
  screensPortChosenLibvirt: 'The screen’s port is chosen by libvirt',
  serialPortListens: 'The serial port listens on {port}',
  mediumDriveTakenOut: 'The medium in drive {targetDev} taken out',
  mediumCouldNotTaken: 'The medium could not be taken out of drive {targetDev} of “{name}”.',
  notOpenedNoMachine: '{filePath} is not opened to {user}: no machine of {host} uses it, and it is no medium or image.',
  couldNotOpened: '{path} could not be opened to {user}.',
  install2: 'Install {packages:list}',
  installSystemsPackageArchive: 'Install from the system’s package archive',
  bridgeCouldNotMade: 'The bridge {bridgeName} could not be made.',
  nothingCanRunHere: '{sentence} Nothing can be run on {label} from here.',
  userMachinesOfHost: '{user}, the user that machines of {host} run as',
} as const
