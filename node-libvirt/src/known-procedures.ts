import { ConnectionError, LibvirtError } from './errors.ts'
import { procedures, type Procedures } from './protocol/procedures.generated.ts'
import type { RpcSession } from './rpc/session.ts'

type ProcedureName = keyof Procedures

/** What every daemon of libvirt 7.0 and later knows; higher numbers came with later releases. */
export const OLDEST_NEWEST = procedures.domainAuthorizedSshKeysSet.number

/** Procedures that pass file descriptors, which Node can neither send nor receive: not to be called from here. */
const WITH_DESCRIPTORS: ReadonlySet<ProcedureName> = new Set<ProcedureName>([
  'domainCreateWithFiles',
  'domainCreateXmlWithFiles',
  'domainFdAssociate',
  'domainOpenGraphics',
  'domainOpenGraphicsFd',
  'domainMonitorCommandWithFiles',
])

const nobody = { name: 'node-libvirt-probe', uuid: '00000000-0000-0000-0000-000000000000', id: -1 }
const nothing = 'node-libvirt-probe'

interface Rung {
  readonly call: (session: RpcSession) => Promise<unknown>
  /** The last procedure that came with the same release. */
  readonly last: number
}

function rung<P extends ProcedureName>(name: P, args: Procedures[P]['args'], last: number): Rung {
  return { call: (session) => session.call(procedures[name], args), last }
}

/**
 * One harmless call for each release that added procedures, oldest first: it asks for what cannot be there, so that a
 * daemon which knows the procedure refuses for another reason than not to know it. Procedures are only ever appended.
 */
const LADDER: readonly Rung[] = [
  rung('domainGetMessages', { dom: nobody, flags: 0 }, 426), // 7.1
  rung('domainStartDirtyRateCalc', { dom: nobody, seconds: 1, flags: 0 }, 427), // 7.2
  rung('nodeDeviceCreate', { name: nothing, flags: 0 }, 430), // 7.3
  rung('networkDefineXmlFlags', { xml: nothing, flags: 0 }, 432), // 7.7
  rung('nodeDeviceIsActive', { name: nothing }, 438), // 7.8, and an event of 7.9
  rung('domainSetLaunchSecurityState', { dom: nobody, params: [], flags: 0 }, 439), // 8.0
  rung('domainSaveParams', { dom: nobody, params: [], flags: 0 }, 441), // 8.4
  rung('domainAbortJobFlags', { dom: nobody, flags: 0 }, 443), // 8.5, and one with descriptors of 9.0
  rung('networkGetMetadata', { network: nobody, type: 0, uri: null, flags: 0 }, 446), // 9.7
  rung('nodeDeviceUpdate', { name: nothing, xml_desc: nothing, flags: 0 }, 447), // 10.1
  rung('domainGraphicsReload', { dom: nobody, type: 0, flags: 0 }, 448), // 10.2
  rung('domainGetAutostartOnce', { dom: nobody }, Number.MAX_SAFE_INTEGER), // 11.2, the newest that this package knows
]

/** Which procedures the daemon behind a session knows. It is asked once, by at most four calls, when first needed. */
export class KnownProcedures {
  readonly #session: RpcSession
  #newest: Promise<number> | null = null

  constructor(session: RpcSession) {
    this.#session = session
  }

  /** @throws ConnectionError when the daemon goes away before it answers */
  async supports(name: ProcedureName): Promise<boolean> {
    if (WITH_DESCRIPTORS.has(name)) return false
    const { program, number } = procedures[name]
    // Only the main program has grown since 7.0.
    if (program !== procedures.connectOpen.program || number <= OLDEST_NEWEST) return true
    this.#newest ??= newestKnown(this.#session)
    return number <= (await this.#newest)
  }

  /** Gives the refusal of a procedure that the daemon does not know its own code; any other comes back as it is. */
  async explain(name: ProcedureName, error: unknown): Promise<unknown> {
    if (!(error instanceof LibvirtError) || !isRpcError(error)) return error
    return (await this.supports(name)) ? error : unsupportedProcedure(name, error)
  }
}

/** The error for a procedure that the daemon, or this package, cannot carry out: code `no-support`. */
function unsupportedProcedure(name: ProcedureName, cause: LibvirtError): LibvirtError {
  const message = `the daemon is too old for ${name}`
  const error = new LibvirtError(name, { ...cause.detail, code: NO_SUPPORT, message })
  error.cause = cause
  return error
}

/** VIR_ERR_NO_SUPPORT */
const NO_SUPPORT = 3

/** An unknown procedure has this code, but so have other faults of the remote layer; their words are translated. */
function isRpcError(error: LibvirtError): boolean {
  return error.code === 'rpc' && error.domain === 'rpc'
}

async function newestKnown(session: RpcSession): Promise<number> {
  let [low, high] = [0, LADDER.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (await isKnown(session, LADDER[middle])) low = middle + 1
    else high = middle
  }
  return LADDER[low - 1]?.last ?? OLDEST_NEWEST
}

async function isKnown(session: RpcSession, wanted: Rung | undefined): Promise<boolean> {
  if (!wanted) return false
  try {
    await wanted.call(session)
    return true
  } catch (error) {
    if (error instanceof ConnectionError) throw error
    return !(error instanceof LibvirtError && isRpcError(error))
  }
}
