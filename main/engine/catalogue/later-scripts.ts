import type { ScriptRecord } from './os-record.ts'

/** The answer files that installers of today read: for a computer on which the database is missing. */
export const scriptList: readonly ScriptRecord[] = [
  {
    uri: 'http://debian.org/debian/preseed/jeos',
    kind: 'preseed',
    profile: 'jeos',
    fileName: 'preseed.cfg',
    injectionMethods: ['initrd'],
    needsInternet: true,
    requiredAnswers: ['admin-password'],
  },
  {
    uri: 'http://redhat.com/rhel/kickstart/jeos',
    kind: 'kickstart',
    profile: 'jeos',
    fileName: 'rhel.ks',
    injectionMethods: ['initrd', 'disk'],
    needsInternet: false,
    requiredAnswers: ['admin-password'],
  },
  {
    uri: 'http://fedoraproject.org/fedora/kickstart/jeos',
    kind: 'kickstart',
    profile: 'jeos',
    fileName: 'fedora.ks',
    injectionMethods: ['initrd', 'disk'],
    needsInternet: false,
    requiredAnswers: ['admin-password'],
  },
  {
    uri: 'http://opensuse.org/opensuse/autoyast/jeos',
    kind: 'autoyast',
    profile: 'jeos',
    fileName: 'autoinst.xml',
    injectionMethods: ['initrd', 'disk'],
    needsInternet: false,
    requiredAnswers: ['admin-password'],
  },
  {
    uri: 'http://microsoft.com/windows/unattend/jeos',
    kind: 'windows-unattend',
    profile: 'jeos',
    fileName: 'autounattend.xml',
    injectionMethods: ['cdrom', 'floppy'],
    needsInternet: false,
    requiredAnswers: [],
  },
]
