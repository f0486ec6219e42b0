import { runCommand } from '../setup/command.mjs'

/** Where Debian's own packages come from when this machine does not say. */
const DEFAULT_MIRROR = 'http://deb.debian.org/debian'

/**
 * The mirror of Debian that this machine uses for its own packages; STRATA_DEBIAN_MIRROR overrides it, for all suites or
 * for one (STRATA_DEBIAN_MIRROR_BULLSEYE).
 * @param {string} suite
 */
export async function debianMirror(suite) {
  const told = process.env[`STRATA_DEBIAN_MIRROR_${suite.toUpperCase()}`] ?? process.env['STRATA_DEBIAN_MIRROR']
  if (told !== undefined) return told
  const format = '$(ORIGIN)|$(LABEL)|$(REPO_URI)'
  const { code, output } = await runCommand('apt-get', ['indextargets', '--format', format, 'Created-By: Packages'])
  return (code === 0 ? mirrorIn(output) : null) ?? DEFAULT_MIRROR
}

/**
 * @param {string} targets lines of origin, label and address, as apt knows them
 * @returns {string | null}
 */
export function mirrorIn(targets) {
  for (const line of targets.split('\n')) {
    const [origin, label, uri] = line.trim().split('|')
    // Security updates come from a place of their own, which has no base system.
    if (origin === 'Debian' && label === 'Debian' && uri !== undefined) return uri.replace(/\/$/, '')
  }
  return null
}
