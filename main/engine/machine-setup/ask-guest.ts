import { LibvirtError, type Domain, type LibvirtErrorCode } from 'node-libvirt'
import { z } from 'zod'

import type { Host } from '../hosts/host.ts'

const patienceS = 10
const mostFileBytes = 64 * 1024
/** The same as base64, with room for what is around it. */
const longestAnswer = 4 * mostFileBytes

/** The guest's own clock, of which only differences are used. */
export interface GuestClock {
  readonly nowMs: number
  readonly uptimeMs: number
}

export type GuestAnswer =
  /** Nobody answers now: it boots again, or is about to end. */
  | { readonly kind: 'silent' }
  /** The agent answers, and lets no files be read. */
  | { readonly kind: 'refused' }
  | {
      readonly kind: 'files'
      /** cloud-init's status.json and result.json; null: not there, or not to be read. */
      readonly status: string | null
      readonly result: string | null
      /** Null: it does not tell. */
      readonly clock: GuestClock | null
    }

/** Codes that tell of the agent, not of what it was asked for. */
const silence = new Set<LibvirtErrorCode>([
  'agent-unresponsive',
  'agent-unsynced',
  'agent-command-timeout',
  'operation-invalid',
  'no-domain',
])
const fileCommands = ['guest-file-open', 'guest-file-read', 'guest-file-close']

/** Asks the guest's agent for what cloud-init tells of itself. What comes is the guest's word, cut to size. */
export function askGuest(host: Host, uuid: string): Promise<GuestAnswer> {
  return host.agentCall(uuid, async (connection) => {
    try {
      const domain = await connection.domainLookupByUUID(uuid)
      if (!(await letsFilesBeRead(domain))) return { kind: 'refused' }
      return {
        kind: 'files',
        status: await readFile(domain, '/run/cloud-init/status.json'),
        result: await readFile(domain, '/run/cloud-init/result.json'),
        clock: await readClock(domain),
      }
    } catch (error) {
      if (error instanceof LibvirtError) return { kind: 'silent' }
      throw error
    }
  })
}

/** Some distributions forbid it. Asked by name, because the agent's no has no code of its own. */
async function letsFilesBeRead(domain: Domain): Promise<boolean> {
  const info = await ask(domain, 'guest-info', {}, agentInfo)
  const enabled = new Set(info?.supported_commands.flatMap(({ name, enabled }) => (enabled ? [name] : [])))
  return fileCommands.every((name) => enabled.has(name))
}

const agentInfo = z.object({
  supported_commands: z.array(z.object({ name: z.string(), enabled: z.boolean() })).max(1_000),
})
const fileChunk = z.object({ 'buf-b64': z.string() })

async function readFile(domain: Domain, path: string): Promise<string | null> {
  const handle = await ask(domain, 'guest-file-open', { path, mode: 'r' }, z.number().int())
  if (handle === null) return null
  const chunk = await ask(domain, 'guest-file-read', { handle, count: mostFileBytes }, fileChunk)
  await ask(domain, 'guest-file-close', { handle }, z.unknown())
  return chunk === null ? null : Buffer.from(chunk['buf-b64'], 'base64').subarray(0, mostFileBytes).toString('utf8')
}

/** Null: it is not Linux, or keeps its clock to itself. */
async function readClock(domain: Domain): Promise<GuestClock | null> {
  const uptimeS = Number.parseFloat((await readFile(domain, '/proc/uptime')) ?? '')
  const nowNs = await ask(domain, 'guest-get-time', {}, z.number())
  return Number.isFinite(uptimeS) && nowNs !== null ? { nowMs: nowNs / 1e6, uptimeMs: uptimeS * 1_000 } : null
}

/** Null: the agent said no, or something that is no answer to this. @throws LibvirtError when there is no agent to ask */
async function ask<T>(domain: Domain, execute: string, args: object, answer: z.ZodType<T>): Promise<T | null> {
  try {
    const text = await domain.agentCommand(JSON.stringify({ execute, arguments: args }), patienceS)
    if (text.length > longestAnswer) return null
    const read = z.object({ return: answer }).safeParse(JSON.parse(text))
    return read.success ? read.data.return : null
  } catch (error) {
    if (error instanceof SyntaxError) return null
    if (error instanceof LibvirtError && !silence.has(error.code)) return null
    throw error
  }
}
