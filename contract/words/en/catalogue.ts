export const catalogue = {
  catalogueNoOperatingSystem: 'The catalogue has no operating system {osId}.',
  databaseOperatingSystemsPackage:
    'The database of operating systems, the package osinfo-db, is not installed. Only newer systems are listed.',
  installOsinfoDb: 'Install osinfo-db',
  addsListSome800: 'Adds the list of some 800 operating systems with what each needs. It is noticed by itself.',
} as const
