import type { Cause } from '@strata/contract/doctor.ts'
import { say } from '@strata/contract/words/say.ts'
import { unkeyed } from '@strata/contract/words/said.ts'

import { orNull } from '../../hosts/place/files-of.ts'
import type { HostFiles } from '../../hosts/place/host-files.ts'
import type { HostPrograms } from '../../hosts/place/host-programs.ts'
import { stops } from '../causes.ts'
import type { Examined } from '../examined.ts'

const patienceMs = 2_000
const auditLogPath = '/var/log/audit/audit.log'
const tailBytes = 256 * 1024
/** A start that failed was just now; older refusals may be mended since. */
const recentMs = 2 * 60_000

/** AppArmor or SELinux kept this machine from a file: told from the kernel's own record, where it may be read. */
export async function checkDenials({ machine, host, files }: Examined): Promise<Cause[]> {
  if (files === null) return []
  const kernelLog = host.programs === null ? '' : await readKernelLog(host.programs)
  const lines = [kernelLog, await readTail(files, auditLogPath)].join('\n')
  return findDenials(lines, machine.uuid, Date.now()).map(({ module, path, line }) =>
    stops('security-denied', {
      sentence: say('doctor.didNotLetQemu', { module, path }),
      proof: unkeyed(line),
      repairs: [],
    }),
  )
}

export interface Denial {
  readonly module: 'AppArmor' | 'SELinux'
  readonly path: string
  readonly line: string
}

/** Refusals of this machine's QEMU, a path each. AppArmor's profile has the machine's UUID; SELinux knows only a QEMU. */
export function findDenials(log: string, uuid: string, nowMs: number): Denial[] {
  const denials = new Map<string, Denial>()
  for (const line of log.split('\n')) {
    const seconds = /audit\((\d+)\.\d+:\d+\)/.exec(line)?.[1]
    if (seconds !== undefined && nowMs - Number(seconds) * 1000 > recentMs) continue
    const isAppArmor = line.includes('apparmor="DENIED"') && line.includes(`libvirt-${uuid}`)
    const isSeLinux = /avc:\s+denied/.test(line) && line.includes(':svirt_')
    const path = /\b(?:name|path)="([^"]{1,4096})"/.exec(line)?.[1]
    if ((!isAppArmor && !isSeLinux) || path === undefined) continue
    denials.set(path, { module: isAppArmor ? 'AppArmor' : 'SELinux', path, line: line.trim().slice(0, 1_000) })
  }
  return [...denials.values()]
}

/** Empty where this user may not read it. */
async function readKernelLog(programs: HostPrograms): Promise<string> {
  if ((await programs.find('journalctl')) === null) return ''
  const words = ['--dmesg', '--since', '-2min', '--output', 'cat', '--no-pager', '--lines', '500']
  return (await programs.run('journalctl', words, { timeoutMs: patienceMs })).outputText
}

/** Empty where it is not kept, or for root alone. */
async function readTail(files: HostFiles, path: string): Promise<string> {
  const tail = await orNull(
    files.withOpen(path, (file) => file.readAt(Math.max(0, file.facts.sizeBytes - tailBytes), tailBytes)),
  )
  return tail?.toString('utf8') ?? ''
}
