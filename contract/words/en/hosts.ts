export const hosts = {
  strataClosing: 'Strata is closing.',
  cancelled: 'Cancelled.',
  machineNotThereAny: 'This machine is not there any more.',
  storagePoolNotThere: 'This storage pool is not there any more.',
  notThereAnyMore: '{name} is not there any more.',
  onlyAdministratorCanStart: 'Only an administrator can start the libvirt system service.',
  libvirtNotInstalledComputer: 'libvirt is not installed on this computer.',
  libvirtDaemonCouldNot: 'The libvirt daemon of {host} could not be started.',
  strataStillConnecting: 'Strata is still connecting to {label}.',
  thereNoHostStrata: 'There is no host “{hostId}” in Strata.',
  strataHostsNotList: 'STRATA_HOSTS is not a list of hosts.',
} as const
