import type { InstallScript } from '@strata/contract/catalogue.ts'

import type { MediaRecord, OsRecord, ScriptRecord } from './os-record.ts'
import { ubuntuReplaces, ubuntuScripts } from './ubuntu-autoinstall.ts'

export type ScriptsByUri = ReadonlyMap<string, ScriptRecord>

/** The ways to install a system without questions, the best first. @param lineage the system first */
export function scriptsOf(lineage: readonly OsRecord[], byUri: ScriptsByUri): InstallScript[] {
  const [own] = lineage
  if (own === undefined) return []
  const scripts = known(nearestScripts(own, lineage), byUri)
  return [...ubuntuScripts(own, null), ...scripts.filter((script) => !ubuntuReplaces(own, script))]
}

/** Those that one medium understands. */
export function scriptsOfMedia(
  lineage: readonly OsRecord[],
  media: Pick<MediaRecord, 'isInstaller' | 'isLive' | 'takesScripts' | 'scripts'> & { readonly isServer: boolean },
  byUri: ScriptsByUri,
): InstallScript[] {
  const [own] = lineage
  if (own === undefined || !media.isInstaller) return []
  const newer = ubuntuScripts(own, media)
  if (newer.length > 0 || !media.takesScripts) return newer
  if (media.scripts.length > 0) return known(media.scripts, byUri)
  return scriptsOf(lineage, byUri).filter(({ kind }) => kind !== 'autoinstall')
}

/** libosinfo inherits none; but Windows 11 takes what Windows 10 does, and a rebuild of RHEL what RHEL does. */
function nearestScripts(own: OsRecord, lineage: readonly OsRecord[]): readonly string[] {
  const isAlike = ({ distro }: OsRecord) => distro === own.distro || (own.clones.length > 0 && distro === 'rhel')
  return lineage.find((each) => each.scripts.length > 0 && isAlike(each))?.scripts ?? []
}

function known(uris: readonly string[], byUri: ScriptsByUri): InstallScript[] {
  return uris.flatMap((uri) => {
    const record = byUri.get(uri)
    if (record === undefined) return []
    const { uri: _uri, ...script } = record
    return [script]
  })
}
