import type { InstallScript } from '@strata/contract/catalogue.ts'

import type { OsRecord } from './os-record.ts'

/**
 * Ubuntu's installers of today read cloud-init's user data with an 'autoinstall' section, which libosinfo does not write
 * and its database leaves out. The server's do since 20.04, the desktop's since 24.04.
 */
const autoinstall: InstallScript = {
  kind: 'autoinstall',
  profile: 'jeos',
  fileName: 'user-data',
  injectionMethods: ['cdrom'],
  needsInternet: false,
  requiredAnswers: ['hostname', 'user-login', 'user-password'],
}
const serverSince = 20.04
const desktopSince = 24.04
/** The installers that knew preseed went with 20.10 (server) and 23.04 (desktop). */
const preseedUntil = { jeos: 20.04, desktop: 22.1 }

/** @param media null: any that there is of this release */
export function ubuntuScripts(os: OsRecord, media: { isLive: boolean; isServer: boolean } | null): InstallScript[] {
  const version = ubuntuVersion(os)
  if (version === null || version < serverSince) return []
  if (media === null) return [autoinstall]
  const since = media.isServer ? serverSince : desktopSince
  return media.isLive && version >= since ? [autoinstall] : []
}

/** Whether this is a script that the release's installers do not know any more. */
export function ubuntuReplaces(os: OsRecord, script: InstallScript): boolean {
  const version = ubuntuVersion(os)
  return version !== null && script.kind === 'preseed' && version > preseedUntil[script.profile]
}

/** As a number, which orders year and month: 22.1 is 22.10. */
function ubuntuVersion({ distro, version }: OsRecord): number | null {
  return distro === 'ubuntu' && version !== null && /^\d\d\.\d\d$/.test(version) ? Number(version) : null
}
