export const create = {
  notSaidYetWhat: '{host} has not said yet what it has.',
  notMachineLibvirtsXml: 'This is not a machine in libvirt’s XML.',
  notIsoImage: '{fileName} is not an ISO image: it is {what}.',
  notInstallationImageNothing:
    '{fileName} is not an installation image, and nothing else that a machine is made from: it is {kind}.',
  imageImportedFirst: '{volumeName} is a {format} image: it has to be imported first.',
  machinesHereCannotWrite: 'Machines here cannot write to a {format} image. Have it copied instead.',
  strataDoesNotKnow:
    'Strata does not know how to answer the questions of {fileName}. Install it by hand on its screen.',
  noMachineCanMade: 'No machine can be made from “{past}”. {blocked}',
  restorePointRemovedWhile: 'The restore point “{name}” of “{machine}” was removed while its disks were copied.',
  diskTemplateLiesNo:
    'The disk {device} of the template “{name}” lies in no storage pool, so no disk can be built on it.',
  couldNotDefined: '“{name}” could not be defined.',
} as const
