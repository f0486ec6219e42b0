import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { runTool } from './run-tool.mjs'

// apt drops its rights to a user who cannot write into our folders; it need not, these are its own signed files.
const sandbox = process.getuid?.() === 0 ? ['-o', 'APT::Sandbox::User=root'] : []

/** The kernel package that `linux-image-cloud-amd64` stands for at the moment, with busybox and the agent. */
export function guestPackages() {
  const depends = runTool('apt-cache', ['depends', '--important', 'linux-image-cloud-amd64']).toString()
  const kernel = /Depends: (linux-image-\d\S+)/.exec(depends)?.[1]
  if (kernel === undefined) {
    throw new Error('apt knows no linux-image-cloud-amd64: run apt-get update, then build the guest again.')
  }
  return [kernel, 'busybox-static', 'qemu-guest-agent']
}

/**
 * File names with versions: what the cache is keyed by. Addresses are left out, as mirrors differ.
 * @param {readonly string[]} packages
 */
export function packageVersions(packages) {
  const uris = runTool('apt-get', ['--print-uris', 'download', ...packages]).toString()
  return uris
    .split('\n')
    .map((line) => line.split(' ').slice(1).join(' '))
    .sort()
    .join('\n')
}

/**
 * Downloads packages and unpacks them into `folder`, without installing anything.
 * @param {readonly string[]} packages
 * @param {string} scratch for the downloads
 * @param {string} folder
 */
export function unpackPackages(packages, scratch, folder) {
  runTool('apt-get', ['-q', '-o', 'Acquire::Retries=3', ...sandbox, 'download', ...packages], { cwd: scratch })
  for (const name of readdirSync(scratch)) {
    if (name.endsWith('.deb')) runTool('dpkg-deb', ['--extract', join(scratch, name), folder])
  }
}
